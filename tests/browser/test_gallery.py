"""Every component is accessible, fits every screen, obeys the content policy and stays light."""

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from browser.browsing import (
    DESK,
    PHONE,
    assert_no_sideways_scroll,
    axe_violations,
    chromium,
    listen,
    opened,
    small_targets,
)
from browser.gallery import STATIC, pages, served

pytestmark = pytest.mark.browser
PATHS = ("/gallery", "/forms", "/lost", "/broken")
HEAVIEST_PAGE = 100_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as where:
        yield where


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
        page.goto(address + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
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
        waiting: list[str] = []
        page.route("**/save", lambda route: waiting.append(route.request.url))
        button = page.get_by_role("button", name="Enregistrer le foyer")
        button.click(no_wait_after=True)
        page.wait_for_function("document.querySelector('[aria-busy=true]')?.disabled")
        page.evaluate("document.querySelector('form[data-sending]').requestSubmit()")
        assert len(waiting) == 1


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
    weight = sum(len(gzip.compress(body)) for body in [html.encode(), *((STATIC / name).read_bytes() for name in files)])
    assert weight < HEAVIEST_PAGE


def test_paper_has_no_menus_and_repeats_the_head(browser: Browser, address: str) -> None:
    with opened(browser, DESK) as page:
        page.goto(address + "/gallery")
        page.emulate_media(media="print")
        assert not page.locator(".masthead, .spacebar, .footer").locator("visible=true").count()
        assert page.locator("#subscriptions thead").evaluate("e => getComputedStyle(e).display") == "table-header-group"


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    asked = {name for html in pages().values() for name in re.findall(r"icons\.svg#([\w-]+)", html)}
    assert asked <= drawn
