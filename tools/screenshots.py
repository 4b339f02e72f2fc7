"""Takes pictures of pages of a running Portulan: for the README and docs, and for our own eyes.

python tools/screenshots.py --base http://127.0.0.1:8000 --email E --password P --to FOLDER PATH…
python tools/screenshots.py --docs

Each PATH is taken whole, at 1440 px in light; ``--widths 1440,390``, ``--themes light,dark`` and
``--languages fr,en`` ask for more. ``--docs`` takes the pictures of the README and docs, one
screen each: it loads a demonstration of its own, serves it, and stops it.
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.client import HTTPConnection
from itertools import product
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.chromium import launch_options  # noqa: E402

#: Picture → address, for the README and docs; ``{scenario}`` is the scenario made for them.
DOCS = {
    "control-tower": "/",
    "portfolio": "/portfolio",
    "stages": "/portfolio/board",
    "roadmap": "/portfolio/roadmap",
    "load-and-budget": "/load",
    "coherence": "/coherence",
    "prioritisation": "/prioritisation",
    "trade-off": "{scenario}",
    "governance": "/governance",
    "import": "/imports",
    "documents": "/documents",
    "value-reviews": "/reviews",
}
#: Milliseconds: a page may be the first that the server compiles, on a busy machine.
PATIENCE = 120_000


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
    page.set_default_timeout(PATIENCE)
    page.goto("/sign-in")
    page.fill("input[name=username]", options.email)
    page.fill("input[name=password]", options.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.wait_for_load_state("networkidle")
    token = next((c["value"] for c in context.cookies() if c["name"].endswith("csrf")), "")
    for field, value in (("language", lang), ("theme", theme)):
        page.request.post(
            f"/account/{field}",
            form={field: value, "next": "/", "csrfmiddlewaretoken": token},
            headers={"Referer": options.base, "X-CSRFToken": token},
        )
    return page


@contextmanager
def demonstration() -> Iterator[str]:
    """Serve a fresh demonstration in a folder of its own; its address."""
    with tempfile.TemporaryDirectory(prefix="portulan-pictures-") as home:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = os.environ | {"PORTULAN_HOME": home, "PORT": str(port)}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "portulan.cli", "demo"]
        subprocess.run([*command, "load"], cwd=ROOT, env=environment, check=True)
        server = subprocess.Popen([*command, "serve"], cwd=ROOT, env=environment)
        base = f"http://127.0.0.1:{port}"
        try:
            _wait(base)
            yield base
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _wait(base: str) -> None:
    """Until the server answers.

    Raises:
        TimeoutError: it never does.
    """
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            connection = HTTPConnection(base.removeprefix("http://"), timeout=60)
            connection.request("GET", "/sign-in")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(base)


def make_scenario(page: Page) -> str:
    """Ask for a cut as the PMO would, and wait for the plan; the address of the scenario."""
    page.goto("/scenarios/new?preset=cut")
    page.fill("#to-back", "1200")
    page.fill("#to-name", "Rendre 1,2 M€")
    page.locator("main form.pt-panel button[type=submit]").click()
    page.wait_for_url(re.compile(r"/scenarios/(?!new)[^/]+$"))
    page.wait_for_selector("main table", timeout=PATIENCE)
    return page.url


def lighten(file: Path) -> None:
    """Keep 256 colours: pages are flat, the picture gets three times smaller."""
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def take(browser: Browser, options: argparse.Namespace, wanted: dict[str, str]) -> int:
    """Take the pictures; status 1 when a page does not answer."""
    status = 0
    looks = product(
        [int(width) for width in options.widths.split(",")],
        options.themes.split(","),
        options.languages.split(","),
    )
    for width, theme, lang in looks:
        page = session(browser, options, width, theme, lang)
        scenario = make_scenario(page) if options.docs else ""
        for name, path in wanted.items():
            answer = page.goto(path.format(scenario=scenario) if options.docs else path)
            page.wait_for_load_state("networkidle")
            if answer is None or answer.status >= 400:
                print(f"{path}: {answer.status if answer else 'no answer'}")
                status = 1
                continue
            tail = "" if options.docs else f"-{width}-{theme}-{lang}"
            file = options.to / f"{name}{tail}.png"
            page.screenshot(path=str(file), full_page=not options.docs)
            if options.docs:
                lighten(file)
            print(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)
        page.context.close()
    return status


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--email", default="claire.aubry@valmore.example")
    parser.add_argument("--password", default="valmore-2027")
    parser.add_argument("--to", type=Path, default=ROOT / "docs/images")
    parser.add_argument("--widths", default="1440")
    parser.add_argument("--themes", default="light")
    parser.add_argument("--languages", default="fr")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    wanted = dict(DOCS) if options.docs else {name_of(path): path for path in options.paths}
    served = demonstration() if options.docs else nullcontext(options.base)
    with served as options.base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        status = take(browser, options, wanted)
        browser.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
