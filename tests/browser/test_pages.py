"""Every page of every persona, measured on one walk: nothing for axe, nothing wider than a phone, nothing in the console."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from browser.findings import Findings, Refusal, Sight, refuse_all, walk_all
from browser.living import Living
from courtil.web.core_pages import PAGES

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("pages"),
]  # fmt: skip

DOWNLOADS = (".pdf", ".xlsx", ".csv", ".zip", "{extension}")
UNREACHABLE = {
    "use_link": "only a mail leads there",
    "handover_sheet": "the demonstration's last handover is older than the page offers",
    "subscribe_payment": "follows a form that was sent",
    "subscribe_review": "follows a form that was sent",
    "import_preview": "follows a file that was sent",
    "plugin_data_page": "only a plugin that was switched off leads there",
    "erasing": "only an archived sheet leads there",
    "check_handover": "follows a form that was sent",
}
"""Pages that no link of the demonstration leads to, and why; the journeys open them."""


@pytest.fixture(scope="module")
def findings(browser: Browser, living: Living) -> Findings:
    return walk_all(browser, living)


@pytest.fixture(scope="module")
def refusals(browser: Browser, living: Living, findings: Findings) -> list[Refusal]:
    return list(refuse_all(browser, living, findings, "coordinatrice"))


@pytest.mark.parametrize(
    ("what", "is_wrong"),
    [
        ("answers", lambda one: one.status != 200),
        ("axe", lambda one: one.axe),
        ("sideways scroll at 320 pixels", lambda one: one.sideways),
        ("small targets", lambda one: one.small),
        ("one heading of the first level", lambda one: one.headings != 1),
    ],
)
def test_every_page(findings: Findings, what: str, is_wrong: Callable[[Sight], object]) -> None:
    assert len(findings.routes) > 50
    assert [(one.persona, one.address, is_wrong(one)) for one in findings.sights if is_wrong(one)] == []


def test_no_page_complains_in_the_console(findings: Findings) -> None:
    assert findings.complaints == []


def test_no_page_was_left_out(findings: Findings) -> None:
    readable = {
        page.name
        for page in PAGES
        if page.method == "GET" and not page.path.endswith(DOWNLOADS) and not page.name.endswith("_file")
    }
    assert readable - findings.routes - set(UNREACHABLE) == set()


def test_a_form_sent_empty_says_what_is_missing(refusals: list[Refusal]) -> None:
    assert len(refusals) > 10
    assert [one for one in refusals if one.status not in {200, 422}] == []
    assert [(one.action, one.axe) for one in refusals if one.axe] == []
