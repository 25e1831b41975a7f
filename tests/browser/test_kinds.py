"""A member fills a grid on her phone, from the mail to the signed contract, with script and without it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from browser.living import Living, served
from browser.walking import sign_in_link, walking
from contracts.offers import an_offer, open_, write_terms
from courtil.domain.states import ContractState
from courtil.services import roles
from courtil.services.settings import AmapSettings, write
from courtil.store.contracts import Contract
from courtil.store.people import Person
from courtil_contracts import plugin
from courtil_contracts.settings import Settings
from subscriptions import a_person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

MOST_TAPS = 8
"""From the link in the mail to the signed contract."""


@pytest.fixture
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """Bread date by date: at least 4 € each time or nothing, in one or three payments; two members."""
    with served(tmp_path_factory.mktemp("village"), demo=False, on=[plugin]) as living:
        with living.instance.working() as unit:
            write(unit, "amap", AmapSettings(name="AMAP des Tilleuls"))
            write(unit, "contracts", Settings(asks_farm=False))
            offer = an_offer(unit, "contracts.dates", [490, 290], number=6, name="Pain")
            rules = [{"measure": "amount", "operator": ">=", "value": 400, "or_nothing": True}]
            write_terms(unit, offer, rules=rules, ways=[{"counts": [1, 2]}])
            open_(unit, offer.id)
            for name in ("Lantier", "Macquart"):
                roles.grant(unit, a_person(unit, name), "member")
        yield living


@pytest.mark.parametrize(("name", "script"), [("Lantier", True), ("Macquart", False)])
def test_from_the_mail_to_the_signed_contract_in_eight_taps(
    browser: Browser, village: Living, name: str, *, script: bool
) -> None:
    with village.instance.reading() as reader:
        key = reader.one(select(Person.id).where(Person.last_name == name))
    with walking(browser, village, java_script_enabled=script) as member:
        member.page.goto(village.url + sign_in_link(village, key))
        member.clicks = 0
        taps = [("Me connecter", "button"), ("Mes contrats", "link"), ("Choisir Pain", "link")]
        for words, kind in taps:
            tap(member, words, kind)
        grid = member.page.get_by_role("spinbutton")
        member.page.get_by_label("Partout : Produit 1").fill("1")
        expect(grid.first).to_be_visible()
        if script:
            member.measure()
        tap(member, "Continuer vers le paiement", "button")
        tap(member, "Continuer vers la lecture", "button")
        member.sees("Produit 1", "6 fois", "29,40 €", "au moins 4,00 € en tout")
        member.page.get_by_label("J’ai relu ce contrat et je l’accepte.").check()
        member.clicks += 1
        tap(member, "Signer et m’engager à payer 29,40 €", "button")
        member.sees("Le contrat est signé")
        assert member.clicks <= MOST_TAPS
    with village.instance.reading() as reader:
        signed = reader.one(
            select(Contract).join(Person, Person.household_id == Contract.household_id).where(Person.id == key)
        )
        assert (signed.state, signed.total_cents) == (ContractState.SIGNED_MEMBER, 6 * 490)


def tap(member: object, words: str, kind: str) -> None:
    """Press what has these words, in the page or in its menu."""
    page = member.page  # type: ignore[attr-defined]
    target = page.get_by_role(kind, name=words).locator("visible=true").first
    member.clicks += 1  # type: ignore[attr-defined]
    with page.expect_navigation():
        target.click()
