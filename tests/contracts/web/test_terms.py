"""The page of terms: everything said once, kept, said back; mistakes stay where they were typed; not for everybody."""

import html
import re

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, open_, product_ids, signed_for
from courtil.services import offers
from courtil.services.instance import Instance
from courtil.store.offers import Offer
from courtil_contracts.domain.plans import PlanTerms
from courtil_contracts.domain.terms import Terms
from courtil_contracts.services.terms import terms_of


@pytest.fixture
def offer(with_contracts: Instance) -> Offer:
    with with_contracts.working() as unit:
        return an_offer(unit, "contracts.same", [1_900, 490], number=20, name="Légumes")


@pytest.fixture
def boss(offer: Offer, world: World) -> TestClient:
    return world.client("administrator", "member", name="Ada Blanchot")


def address(offer: Offer) -> str:
    return f"/x/contracts/offre/{offer.id}"


def kept(instance: Instance, offer: Offer) -> Terms:
    with instance.reading() as reader:
        return terms_of(reader, offer.id)


def fields(page: str) -> dict[str, str]:
    """What the page's form would send as it stands."""
    values = dict(
        re.findall(r'<input type="(?:text|hidden|number|date)"[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page)
    )
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    ticked = re.findall(r'<input type="checkbox" name="([^"]+)" value="([^"]*)"[^>]* checked', page)
    return {name: html.unescape(value) for name, value in (values | dict(ticked)).items()}


def test_plain_terms_sent_back_as_they_are_stay_plain(boss: TestClient, offer: Offer, with_contracts: Instance) -> None:
    page = boss.get(address(offer))
    assert page.status_code == 200
    sent = boss.post(address(offer), data=fields(page.text))
    assert sent.status_code == 303
    terms = kept(with_contracts, offer)
    assert terms.ways == (PlanTerms(counts=(1, 3)),)  # those that the offer names
    assert (terms.rules, terms.fees, terms.changes) == ((), (), ())


def test_terms_are_kept_and_said_back(boss: TestClient, offer: Offer, with_contracts: Instance) -> None:
    basket, bread = product_ids(offer)
    typed = fields(boss.get(address(offer)).text) | {
        f"products-{basket}-rhythms": ["every", "first", "second"],
        f"products-{bread}-tiers": "1 : 4,90 ; 10 : 4,00",
        "fees-0-label": "", "fee-0-label": "Transport", "fee-0-cents": "1,50", "fee-0-per": "delivery",
        "rule-value": "4,00", "rule-measure": "amount", "rule-operator": ">=", "rule-or_nothing": "1",
        "ways-0-counts": "1, 2, 4", "ways-0-amounts": "whole_euros",
        "change-absence-offered": "1", "change-absence-most": "2", "change-absence-money": "credited",
        "whole-payees": "Ferme du haut : 3\nFerme du bas : 2",
    }  # fmt: skip
    assert boss.post(address(offer), data=typed).status_code == 303
    terms = kept(with_contracts, offer)
    assert terms.of(basket).rhythms == ("every", "first", "second")
    assert [tuple(tier) for tier in terms.of(bread).tiers] == [(1, 490), (10, 400)]
    assert [(fee.label, fee.cents, fee.per) for fee in terms.fees] == [("Transport", 150, "delivery")]
    assert (terms.rules[0].value, terms.rules[0].or_nothing) == (400, True)
    assert (terms.ways[0].counts, terms.ways[0].amounts) == ((1, 2, 4), "whole_euros")
    assert (terms.changes[0].kind, terms.changes[0].most, terms.changes[0].money) == ("absence", 2, "credited")
    assert terms.payees == {"Ferme du haut": 3, "Ferme du bas": 2}
    page = boss.get(address(offer)).text
    assert "au moins 4,00" in page
    again = boss.post(address(offer), data=fields(page) | {f"products-{basket}-rhythms": ["every"], "drop-rule-0": "1"})
    assert again.status_code == 303
    assert kept(with_contracts, offer).rules == ()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("ways-0-listed", "31/06/2027", "Écrivez des dates qui existent"),
        ("ways-0-listed", "31/12/9999", "Écrivez des dates qui existent"),
        ("fee-0-cents", "1,505", "Écrivez un montant en euros"),
        ("ways-0-counts", "douze", "Écrivez des nombres de 1 à 24"),
        ("ways-0-counts", "00019999999", "Écrivez des nombres de 1 à 24"),
        ("fee-0-cents", "0,00", "Une valeur est trop petite ou trop grande"),
        ("whole-payees", "Ferme du haut : 1000000", "un nom et une part"),
        ("whole-payees", "Ferme du haut", "un nom et une part"),
        ("rule-value", "beaucoup", "Écrivez un nombre entier"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_is_kept(
    boss: TestClient, offer: Offer, with_contracts: Instance, name: str, text: str, message: str
) -> None:
    typed = fields(boss.get(address(offer)).text) | {"fee-0-label": "Transport", "fee-0-cents": "1,00", name: text}
    refused = boss.post(address(offer), data=typed)
    assert refused.status_code == 422
    assert message in refused.text
    assert text in refused.text
    assert kept(with_contracts, offer) == Terms(ways=(PlanTerms(counts=(1, 3)),))


@pytest.mark.parametrize("kind", ["contracts.same", "contracts.dates", "contracts.account"])
def test_the_page_of_each_kind_can_be_sent_back(world: World, with_contracts: Instance, kind: str) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, kind, [490])
    boss = world.client("administrator", name="Ada Blanchot")
    assert boss.post(address(offer), data=fields(boss.get(address(offer)).text)).status_code == 303


def test_an_amount_with_three_decimals_is_refused(world: World, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        account = an_offer(unit, "contracts.account", [490])
    boss = world.client("administrator", name="Ada Blanchot")
    typed = fields(boss.get(address(account)).text) | {"whole-topups": "25 ; 12,345"}
    refused = boss.post(address(account), data=typed)
    assert (refused.status_code, "deux décimales" in refused.text, "25 ; 12,345" in refused.text) == (422, True, True)


def test_instalments_that_cannot_be_split_are_refused_under_their_way(boss: TestClient, offer: Offer) -> None:
    typed = fields(boss.get(address(offer)).text) | {"ways-0-counts": "24", "ways-0-smallest": "50,00"}
    refused = boss.post(address(offer), data=typed)
    assert refused.status_code == 422
    assert "Proposez au plus" in refused.text


def test_the_second_of_two_coordinators_keeps_what_she_typed(boss: TestClient, offer: Offer) -> None:
    first = fields(boss.get(address(offer)).text)
    boss.post(address(offer), data=first | {"whole-rolling_months": "3"})
    second = boss.post(address(offer), data=first | {"whole-rolling_months": "6"})
    assert second.status_code == 422
    assert "Quelqu’un a changé ces modalités" in second.text
    assert 'value="6"' in second.text


def test_signed_terms_do_not_change(boss: TestClient, offer: Offer, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        open_(unit, offer.id)
        signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
    typed = fields(boss.get(address(offer)).text) | {"fee-0-label": "Transport", "fee-0-cents": "1,00"}
    refused = boss.post(address(offer), data=typed)
    assert "Des foyers ont déjà signé" in refused.text


def test_the_page_is_one_of_the_offer_s_parts(boss: TestClient, offer: Offer) -> None:
    assert f'href="{address(offer)}"' in boss.get(f"/contrats/{offer.id}").text


def test_a_number_that_no_offer_has_is_not_found(boss: TestClient) -> None:
    assert boss.get(f"/x/contracts/offre/{10**30}").status_code == 404


def test_others_do_not_find_it(offer: Offer, world: World, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        plain = an_offer(unit, "fixed", [900])
    assert world.client("member").get(address(offer)).status_code in {403, 404}
    assert world.client("referent", farm_id=plain.farm_id, name="Rémi Autre").get(address(offer)).status_code == 404
    boss = world.client("administrator", name="Ada Blanchot")
    assert boss.get(address(plain)).status_code == 404
    with with_contracts.reading() as reader:
        assert offers.offer(reader, plain.id).kind == "fixed"


TAKING_OVER = {
    "turns-0-payee": "Ferme du haut", "turns-0-counts": "1, 2", "turns-1-payee": "Ferme du bas",
    "turns-1-counts": "1, 4", "turns-1-dates": "first_delivery",
}  # fmt: skip


def test_a_farm_that_takes_over_is_kept_and_said_back(boss: TestClient, offer: Offer, with_contracts: Instance) -> None:
    day = offer.dates[8].delivery.planned_on
    typed = fields(boss.get(address(offer)).text) | TAKING_OVER | {"turns-1-begins_on": f"{day:%Y-%m-%d}"}
    assert boss.post(address(offer), data=typed).status_code == 303
    first, second = kept(with_contracts, offer).turns
    assert (first.payee, first.begins_on, first.ways[0].counts) == ("Ferme du haut", None, (1, 2))
    assert (second.payee, second.begins_on, second.ways[0].dates) == ("Ferme du bas", day, "first_delivery")
    page = boss.get(address(offer)).text
    assert "se paie à l’ordre de Ferme du bas" in page
    assert boss.post(address(offer), data=fields(page)).status_code == 303
    assert kept(with_contracts, offer).turns == (first, second)
    gone = fields(page) | {"turns-0-payee": "", "turns-1-payee": ""}
    assert boss.post(address(offer), data=gone).status_code == 303
    assert kept(with_contracts, offer).turns == ()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "Dites à partir de quel jour"),
        ({"turns-1-payee": ""}, "ne prend le relais de personne"),
        ({"turns-1-payee": "Ferme du haut", "turns-1-begins_on": "2027-01-07"}, "portent le même nom"),
        ({"turns-1-begins_on": "2031-01-02"}, "n’a aucune livraison"),
        ({"turns-1-begins_on": "2027-01-07", "turns-1-counts": "24", "turns-1-smallest": "90,00"}, "Proposez au plus"),
    ],
)
def test_farms_that_do_not_follow_each_other_are_refused(
    boss: TestClient, offer: Offer, with_contracts: Instance, wrong: dict[str, str], says: str
) -> None:
    refused = boss.post(address(offer), data=fields(boss.get(address(offer)).text) | TAKING_OVER | wrong)
    assert (refused.status_code, says in refused.text) == (422, True)
    assert 'value="Ferme du haut"' in refused.text
    assert kept(with_contracts, offer).turns == ()


def test_amounts_that_households_may_change_and_points_are_kept(
    boss: TestClient, offer: Offer, with_contracts: Instance
) -> None:
    basket, bread = product_ids(offer)
    typed = fields(boss.get(address(offer)).text) | {
        f"products-{basket}-points": "4", f"products-{bread}-points": "2", "rule-value": "12",
        "rule-measure": "points", "rule-operator": "=", "ways-0-editable": "1", "ways-0-dates": "free",
        "change-exchange-offered": "1",
    }  # fmt: skip
    assert boss.post(address(offer), data=typed).status_code == 303
    terms = kept(with_contracts, offer)
    assert [terms.of(key).points for key in (basket, bread)] == [4, 2]
    assert (terms.ways[0].editable, terms.ways[0].dates, terms.changes[0].kind) == (True, "free", "exchange")
    page = boss.get(address(offer)).text
    assert "exactement 12 points" in page
    assert boss.post(address(offer), data=fields(page)).status_code == 303
    assert kept(with_contracts, offer) == terms
