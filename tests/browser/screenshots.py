"""`make screenshots`: every page for each persona at 360 and 1280 px, into `screenshots/`, to be looked at one by one."""

import html
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

from browser.findings import VISITOR, start
from browser.furnishing import furnish
from browser.living import Living, served, walk
from courtil.services.demo_personas import PERSONAS
from courtil.testing.browsing import DESK, PHONE, chromium, opened
from courtil_contracts import plugin

FOLDER = Path("screenshots")
DATA = ".data"
HOUSEHOLDS = 80


def photograph(browser: Browser, living: Living, persona: str, first: Sequence[str]) -> list[Path]:
    """The pages one persona is led to, each at both widths."""
    made = []
    folder = FOLDER / persona
    folder.mkdir(parents=True, exist_ok=True)
    with opened(browser, PHONE) as page:
        start(living, page, persona)
        for route, _address, _status in walk(living, page, first):
            for width, height in (PHONE, DESK):
                page.set_viewport_size({"width": width, "height": height})
                made.append(folder / f"{route}-{width}.png")
                page.screenshot(path=made[-1], full_page=True)
    return made


def index(made: list[Path]) -> str:
    """A page that lists the pictures."""
    lines = [
        f'<li><a href="{path.relative_to(FOLDER)}">{html.escape(str(path.relative_to(FOLDER)))}</a></li>'
        for path in made
    ]
    return '<!doctype html><meta charset="utf-8"><title>Captures</title><ol>' + "\n".join(lines) + "</ol>"


def main() -> None:
    households = int(sys.argv[1]) if len(sys.argv) > 1 else HOUSEHOLDS
    FOLDER.mkdir(exist_ok=True)
    made: list[Path] = []
    shutil.rmtree(FOLDER / DATA, ignore_errors=True)
    with chromium() as browser, served(FOLDER / DATA, households=households, on=[plugin]) as living:
        first = furnish(living)
        for persona in (VISITOR, *(code for code, _label, _says in PERSONAS)):
            made += photograph(browser, living, persona, first)
            print(f"{persona}: {len(made)} pictures so far", flush=True)
    (FOLDER / "index.html").write_text(index(made), "utf-8")
    print(f"{len(made)} pictures in {FOLDER}/, see {FOLDER}/index.html")


if __name__ == "__main__":
    main()
