"""Every page of the plugin of contracts as each persona sees it: nothing for axe, nothing wider than a phone, no complaint."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from browser.findings import FAULTS, Findings, Refusal, faulty, refuse_all, unseen, walk_all
from browser.furnishing import furnish
from browser.living import Living, served
from courtil_contracts import plugin
from courtil_contracts.hooks import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

UNREACHABLE = {"contracts_archive_progress": "a part of a page, which the page asks for"}
"""Pages that no link of this demonstration leads to, and why."""
PERSONAS = ("amapienne", "referente", "coordinatrice", "paysanne")
FILL_IN = ("amapienne", "coordinatrice")
"""Those who send each form empty."""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Living, list[str]]]:
    with pytest.MonkeyPatch.context() as patch, served(tmp_path_factory.mktemp("market"), on=[plugin]) as living:
        patch.setattr("courtil.plugin.hooks.TOO_SLOW", 60.0)  # on a busy machine drawing may take its time
        patch.setattr("courtil.web.pages.HANGS", 60.0)
        yield living, furnish(living)


@pytest.fixture(scope="module")
def findings(browser: Browser, market: tuple[Living, list[str]]) -> Findings:
    living, first = market
    return walk_all(
        browser, living, personas=PERSONAS, first=first, measured=lambda route: route.startswith("contracts_")
    )


@pytest.fixture(scope="module")
def refusals(browser: Browser, market: tuple[Living, list[str]], findings: Findings) -> list[Refusal]:
    living, _first = market
    return [one for persona in FILL_IN for one in refuse_all(browser, living, findings, persona)]


@pytest.mark.parametrize("what", FAULTS)
def test_every_page(findings: Findings, what: str) -> None:
    assert findings.sights
    assert faulty(findings, what) == []


def test_no_page_complains_in_the_console(findings: Findings) -> None:
    assert findings.complaints == []


def test_no_page_was_left_out(findings: Findings) -> None:
    assert unseen(findings, PAGES) - set(UNREACHABLE) == set()


def test_a_form_sent_empty_says_what_is_missing(refusals: list[Refusal]) -> None:
    assert len(refusals) > 5
    assert [one for one in refusals if one.status not in {200, 422}] == []
    assert [(one.action, one.axe) for one in refusals if one.axe] == []
    assert [one for one in refusals if not one.answered] == []
