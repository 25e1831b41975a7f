"""Every component is accessible, fits every screen, obeys the content policy and stays light."""

import gzip
import re
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browser.gallery import STATIC, pages, served
from courtil.testing.browsing import (
    DESK,
    PHONE,
    assert_no_sideways_scroll,
    axe_violations,
    listen,
    opened,
    small_targets,
)

pytestmark = pytest.mark.browser
PATHS = ("/gallery", "/forms", "/lost", "/broken")
HEAVIEST_PAGE = 100_000


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as where:
        yield where


def listen_to_posts(page: Page) -> list[str]:
    """The paths of the forms sent; each is answered by "nothing to show", so the page stays."""
    sent: list[str] = []

    def answer(route: Route) -> None:
        sent.append(urlsplit(route.request.url).path)
        route.fulfill(status=204)

    page.route(lambda url: not url.endswith(("/forms", "/lost")) and "/static/" not in url, answer)
    return sent


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_axe_finds_nothing_and_nothing_is_refused(
    browser: Browser, address: str, path: str, scheme: str, size: tuple[int, int]
) -> None:
    with opened(browser, size, color_scheme=scheme) as page:
        heard = listen(page)
        page.goto(address + path)
        assert axe_violations(page) == []
        assert heard == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways_and_fingers_reach_every_target(
    browser: Browser, address: str, path: str, width: int
) -> None:
    with opened(browser, (width, 640)) as page:
        page.goto(address + path)
        assert_no_sideways_scroll(page)
        assert small_targets(page) == []


@pytest.mark.parametrize("path", PATHS)
def test_text_twice_as_big_still_fits(browser: Browser, address: str, path: str) -> None:
    with opened(browser, (640, 640)) as page:
        sizes = {"standard": 32, "fixed": 26}
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
        page.goto(address + path)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert_no_sideways_scroll(page)


@pytest.mark.parametrize("path", PATHS)
def test_menus_open_and_everything_shows_without_script(browser: Browser, address: str, path: str) -> None:
    with opened(browser, PHONE, java_script_enabled=False) as page:
        page.goto(address + path)
        for summary in page.locator("details.menu > summary").all():
            summary.click()
            assert summary.locator("xpath=../ul//a").first.is_visible()
            summary.click()
        assert page.locator("[data-copy], [data-print]").locator("visible=true").count() == 0


def test_open_menus_are_accessible_and_escape_closes_them(browser: Browser, address: str) -> None:
    with opened(browser, PHONE) as page:
        page.goto(address + "/gallery")
        more = page.locator(".spacebar summary")
        more.click()
        assert axe_violations(page) == []
        page.keyboard.press("Escape")
        assert not page.locator(".spacebar details").evaluate("menu => menu.open")
        assert more.evaluate("summary => summary === document.activeElement")


def test_focus_goes_to_the_errors_and_their_links_to_the_fields(browser: Browser, address: str) -> None:
    with opened(browser, PHONE) as page:
        page.goto(address + "/forms")
        assert page.locator(".error-summary").evaluate("box => box === document.activeElement")
        for link in page.locator(".error-summary a").all():
            assert page.locator(link.get_attribute("href") or "none").count() == 1
        page.locator(".error-summary a").first.click()
        assert page.evaluate("document.activeElement.name") == "bad_name"


def test_the_buttons_beside_a_quantity_keep_its_bounds(browser: Browser, address: str) -> None:
    with opened(browser, PHONE) as page:
        page.goto(address + "/forms")
        for _ in range(6):
            page.get_by_role("button", name="Plus : personnes").click()
        assert page.locator("[name=seats]").input_value() == "5"


def test_a_form_is_sent_once(browser: Browser, address: str) -> None:
    with opened(browser, PHONE) as page:
        page.goto(address + "/forms")
        sent = listen_to_posts(page)
        button = page.get_by_role("button", name="Enregistrer le foyer")
        button.click()
        expect(button).to_be_disabled()
        page.evaluate("document.querySelector('form[data-sending]').requestSubmit()")
        page.goto(address + "/lost")
        assert sent == ["/save"]


def test_htmx_neither_evaluates_nor_keeps_pages_and_shows_refusals(browser: Browser, address: str) -> None:
    with opened(browser, PHONE) as page:
        page.goto(address + "/gallery")
        config = page.evaluate("htmx.config")
        assert (config["allowEval"], config["historyCacheSize"], config["includeIndicatorStyles"]) == (False, 0, False)
        assert {"code": "422", "swap": True} in config["responseHandling"]


def test_focus_is_never_hidden_under_the_bars(browser: Browser, address: str) -> None:
    with opened(browser, PHONE) as page:
        page.goto(address + "/gallery")
        page.locator("#main").focus()
        for _ in range(60):
            page.keyboard.press("Tab")
            assert page.evaluate(UNHIDDEN), page.evaluate("document.activeElement.outerHTML")


UNHIDDEN = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const bar = document.querySelector(".spacebar").getBoundingClientRect();
  return one.closest(".spacebar") || one.matches(".wide") || box.top < bar.top - 4;
}"""


@pytest.mark.parametrize("path", PATHS)
def test_a_page_weighs_little(path: str) -> None:
    html = pages()[path]
    files = set(re.findall(r"/static/([\w.]+)", html)) | {"icons.svg"}
    weight = sum(
        len(gzip.compress(body)) for body in [html.encode(), *((STATIC / name).read_bytes() for name in files)]
    )
    assert weight < HEAVIEST_PAGE


def test_paper_has_no_menus_and_repeats_the_head(browser: Browser, address: str) -> None:
    with opened(browser, DESK) as page:
        page.goto(address + "/gallery")
        page.emulate_media(media="print")
        assert not page.locator(".masthead, .spacebar, .footer").locator("visible=true").count()
        assert page.locator("#subscriptions thead").evaluate("e => getComputedStyle(e).display") == "table-header-group"


def test_vendored_files_are_those_that_are_declared() -> None:
    declared = tomllib.loads((STATIC / "vendored.toml").read_text(encoding="utf-8"))["file"]
    assert {one["path"] for one in declared} == {"pico.css", "htmx.min.js", "icons.svg"}
    for one in declared:
        assert sha256((STATIC / one["path"]).read_bytes()).hexdigest() == one["sha256"], one["path"]


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    asked = {name for html in pages().values() for name in re.findall(r"icons\.svg#([\w-]+)", html)}
    assert asked <= drawn
