"""Every page of every persona, measured on one walk: nothing for axe, nothing wider than a phone, nothing in the console."""

import pytest
from playwright.sync_api import Browser

from browser.findings import FAULTS, Findings, Refusal, faulty, refuse_all, unseen, walk_all
from browser.living import Living
from courtil.web.core_pages import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

UNREACHABLE = {
    "use_link": "only a mail leads there",
    "handover_sheet": "on most days the demonstration's last handover is older than the page offers",
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


@pytest.mark.parametrize("what", FAULTS)
def test_every_page(findings: Findings, what: str) -> None:
    assert len(findings.routes) > 50
    assert faulty(findings, what) == []


def test_no_page_complains_in_the_console(findings: Findings) -> None:
    assert findings.complaints == []


def test_no_page_was_left_out(findings: Findings) -> None:
    assert unseen(findings, PAGES) - set(UNREACHABLE) == set()


def test_a_form_sent_empty_says_what_is_missing(refusals: list[Refusal]) -> None:
    assert len(refusals) > 10
    assert [one for one in refusals if one.status not in {200, 422}] == []
    assert [(one.action, one.axe) for one in refusals if one.axe] == []
