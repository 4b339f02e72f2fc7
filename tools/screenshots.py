"""Takes pictures of pages of a running Portulan: for the README and docs, and for our own eyes.

python tools/screenshots.py --base http://127.0.0.1:8000 --email E --password P --to FOLDER PATH…

Each PATH is taken at 1440 px in light; ``--widths 1440,390``, ``--themes light,dark`` and
``--languages fr,en`` ask for more. ``--docs`` takes the pictures of the README and docs.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.chromium import launch_options  # noqa: E402

#: Picture → address, for the README and docs.
DOCS = {
    "control-tower": "/",
    "portfolio": "/portfolio",
    "roadmap": "/portfolio/roadmap",
    "load-and-budget": "/load",
    "coherence": "/coherence",
    "prioritisation": "/prioritisation",
    "trade-off": "/scenarios",
    "governance": "/governance",
}


def name_of(path: str) -> str:
    """The name of a picture from its address."""
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"


def session(
    browser: Browser, options: argparse.Namespace, width: int, theme: str, lang: str
) -> Page:
    """A page signed in, at a width, in a theme and language."""
    context = browser.new_context(
        base_url=options.base,
        viewport={"width": width, "height": 950},
        locale="fr-FR" if lang == "fr" else "en-GB",
        color_scheme="dark" if theme == "dark" else "light",
        timezone_id="Europe/Paris",
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=username]", options.email)
    page.fill("input[name=password]", options.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.wait_for_load_state("networkidle")
    token = next((c["value"] for c in context.cookies() if c["name"] == "csrftoken"), "")
    for field, value in (("language", lang), ("theme", theme)):
        page.request.post(
            f"/account/{field}",
            form={field: value, "next": "/", "csrfmiddlewaretoken": token},
            headers={"Referer": options.base, "X-CSRFToken": token},
        )
    return page


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--to", type=Path, default=ROOT / "docs/images")
    parser.add_argument("--widths", default="1440")
    parser.add_argument("--themes", default="light")
    parser.add_argument("--languages", default="fr")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    wanted = dict(DOCS) if options.docs else {name_of(path): path for path in options.paths}
    status = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for width in (int(w) for w in options.widths.split(",")):
            for theme in options.themes.split(","):
                for lang in options.languages.split(","):
                    page = session(browser, options, width, theme, lang)
                    for name, path in wanted.items():
                        answer = page.goto(path)
                        page.wait_for_load_state("networkidle")
                        if answer is None or answer.status >= 400:
                            print(f"{path}: {answer.status if answer else 'no answer'}")
                            status = 1
                        tail = "" if options.docs else f"-{width}-{theme}-{lang}"
                        file = options.to / f"{name}{tail}.png"
                        page.screenshot(path=str(file), full_page=True)
                        print(file)
                    page.context.close()
        browser.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
