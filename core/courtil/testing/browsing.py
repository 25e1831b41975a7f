"""Driving Chromium: how it is launched and what every page is measured by."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize, sync_playwright

__all__ = ["Error"]

HERE = Path(__file__).parent
SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
LAUNCH_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
PHONE = (360, 640)
DESK = (1280, 800)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MAIN_TARGETS = (
    "button, .button, .menu > summary, summary.button, nav a, .choice, select, textarea,"
    " input:not([type=hidden], [type=checkbox], [type=radio])"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium: the system's when there is one, else the one Playwright downloaded."""
    path = SYSTEM_CHROMIUM if SYSTEM_CHROMIUM.exists() else None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(LAUNCH_ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, size: tuple[int, int] = PHONE, **options: Any) -> Iterator[Page]:
    """A fresh French page of this size; options are those of Playwright's `new_context` (color_scheme, …)."""
    viewport = ViewportSize(width=size[0], height=size[1])
    context = browser.new_context(viewport=viewport, locale="fr-FR", timezone_id="Europe/Paris", **options)
    yield context.new_page()
    context.close()


def listen(page: Page) -> list[str]:
    """The list that fills with what the page complains of: console (not its hints), refused content, script errors."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        kind: str = message.type
        if kind != "verbose":
            heard.append(f"{kind}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    return heard


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds wrong in the page as it is now, one line a rule with the places."""
    page.evaluate((HERE / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, preload: false, resultTypes: ['violations']})"
        ".then((r) => r.violations)",
        AXE_TAGS,
    )
    return [_violation(one) for one in found]


def _violation(found: dict[str, Any]) -> str:
    places = [f"{node['target']} {node['failureSummary']}" for node in found["nodes"][:5]]
    return f"{found['id']}: {found['help']} at {places}"


def assert_no_sideways_scroll(page: Page) -> None:
    """Fails with the widest elements when the page is wider than the window."""
    wide = sideways(page)
    assert not wide, wide


def sideways(page: Page) -> list[str]:
    """The widest elements when the page is wider than the window."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1
          && !e.closest(".wide, .tabs"))
        .slice(0, 8).map((e) => e.tagName + "." + e.className + " " + e.getBoundingClientRect().right)
        .concat("page " + document.documentElement.scrollWidth)"""
    )
    return found


def small_targets(page: Page, least: int = 44, dense: int = 24) -> list[str]:
    """Visible targets lower than `least` pixels; inside a table on a wide screen `dense` is enough."""
    found: list[str] = page.evaluate(
        """([selector, least, dense]) => [...document.querySelectorAll(selector)]
        .filter((e) => e.checkVisibility() && !e.closest("[hidden]"))
        .map((e) => [e, e.getBoundingClientRect(), e.closest(".data") && innerWidth > 600 ? dense : least])
        .filter(([, box, bound]) => box.width > 2 && box.height < bound - 0.5)
        .map(([e, box]) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 30)} ${box.height}`)""",
        [MAIN_TARGETS, least, dense],
    )
    return found
