"""The Chromium of the tests: the system's own when there is one, else the packaged one.

`PORTULAN_TEST_BROWSER` chooses: `system`, `packaged`, or the path of a browser. Nothing is skipped:
a browser that does not start fails the run.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "PORTULAN_TEST_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def launch_options() -> dict[str, Any]:
    """What Playwright needs to start the browser: its path, arguments and environment."""
    choice = os.environ.get(VARIABLE, "")
    system = next((path for name in NAMES if (path := shutil.which(name))), None)
    arguments = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
    environment: dict[str, str] = dict(os.environ)
    if choice not in ("", "system", "packaged"):
        path = choice
    elif choice != "packaged" and system:
        path = system
    elif choice == "system":
        raise RuntimeError(f"{VARIABLE}=system, but none of {', '.join(NAMES)} is installed.")
    else:
        folder = unpack()
        path = str(folder / "chromium")
        arguments += ["--headless=shell", "--in-process-gpu"]
        if not _starts(
            path, environment
        ):  # a bare machine lacks the libraries: the package brings them
            libraries = [str(folder / "al2023/lib"), environment.get("LD_LIBRARY_PATH", "")]
            environment["LD_LIBRARY_PATH"] = ":".join(part for part in libraries if part)
        if not Path("/etc/fonts/fonts.conf").exists():
            environment["FONTCONFIG_PATH"] = str(folder / "fonts")
    return {"executable_path": path, "args": arguments, "env": environment}


def _starts(path: str, environment: dict[str, str]) -> bool:
    run = subprocess.run([path, "--version"], env=environment, capture_output=True, check=False)
    return run.returncode == 0


def unpack() -> Path:
    """The folder of the unpacked browser, made once per version."""
    package = ROOT / "node_modules/@sparticuz/chromium/package.json"
    if not package.is_file():
        raise RuntimeError(f"{package} is missing: run `make install-test`.")
    folder = ROOT / "var/tests" / f"chromium-{json.loads(package.read_text())['version']}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="chromium-", dir=folder.parent))
        node = Path(sys.executable).parent / "node"
        subprocess.run(
            [node, ROOT / "tools/chromium.mjs"],
            env=os.environ | {"TMPDIR": str(draft)},
            check=True,
            timeout=120,
        )
        try:
            draft.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(draft)
    return folder
