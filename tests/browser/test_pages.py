"""Every page of every persona: nothing for axe to find, nothing wider than a phone, nothing said in the console."""

import pytest
from playwright.sync_api import Browser

from browser.browsing import assert_no_sideways_scroll, axe_violations, listen, opened, small_targets
from browser.living import Living, walk
from courtil.services.demo_personas import PERSONAS
from courtil.web.core_pages import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SEEN: set[str] = set()


@pytest.mark.parametrize("persona", [code for code, _label, _says in PERSONAS])
@pytest.mark.xdist_group("pages")
def test_every_page_of_a_persona(browser: Browser, living: Living, persona: str) -> None:
    with opened(browser, (360, 640)) as page:
        heard = listen(page)
        living.enter(page, persona)
        for name, address in walk(living, page):
            SEEN.add(name)
            assert axe_violations(page) == [], address
            page.set_viewport_size({"width": 320, "height": 640})
            assert_no_sideways_scroll(page)
            page.set_viewport_size({"width": 360, "height": 640})
            assert small_targets(page) == [], address
            assert page.locator("h1").count() == 1, address
        assert heard == []


@pytest.mark.xdist_group("pages")
def test_no_page_was_left_out(living: Living) -> None:
    """Runs after the walks, in the same worker: every page that can be read was opened by somebody."""
    if not SEEN:
        pytest.skip("run together with the walks")
    readable = {
        page.name for page in PAGES if not page.writes and not page.path.endswith((".pdf", ".xlsx", ".csv", ".zip"))
    }
    assert readable - SEEN - UNREACHABLE == set()


UNREACHABLE = {"home", "use_link"}
"""Pages that a signed-in person is never linked to."""
