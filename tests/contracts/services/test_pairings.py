"""Two households agree to share: asked without telling who is there, answered, set by the coordination, undone."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.offers import an_offer, product_ids, signed_for, write_terms
from courtil.domain.problems import NotFound, Refused
from courtil.domain.states import OfferState
from courtil.services import contracts, deliveries, offer_life, offers, subscribing
from courtil.services.availability import matrix
from courtil.services.instance import Instance
from courtil.services.kinds import kind_of
from courtil.services.unit import Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil_contracts.domain.sharing import Manner, PairingState
from courtil_contracts.services import pairings, sharing
from courtil_contracts.services.pairings import Wish
from courtil_contracts.tables import Pairing
from subscriptions import a_person, signed

ALTERNATING, TOGETHER = Wish(Manner.ALTERNATING), Wish(Manner.TOGETHER)


def a_shareable_offer(unit: Unit, kind: str = "contracts.same", number: int = 4, **terms: Any) -> Offer:
    offer = an_offer(unit, kind, [1_001], number=number, opened=True)
    write_terms(unit, offer, sharing=True, **terms)
    return offers.offer(unit, offer.id)


def home(person: Person) -> int:
    assert person.household_id is not None
    return person.household_id


def draft(unit: Unit, offer: Offer, person: Person, baskets: int = 1) -> Contract:
    [key] = product_ids(offer)
    return subscribing.save_draft(unit, offer.id, home(person), {"quantities": {str(key): baskets}})


def signs(unit: Unit, offer: Offer, person: Person, baskets: int = 1) -> Contract:
    return contracts.contract(unit, signed(unit, draft(unit, offer, person, baskets).id, person).id, fresh=True)


def days(found: Contract) -> list[int]:
    """Which of the four weeks it brings something on."""
    first = found.offer.season.starts_on
    return sorted((one.delivery.distribution.day - first).days // 7 for one in found.lines)


def test_each_signs_for_every_other_date(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana = a_shareable_offer(unit, number=5), a_person(unit, "Zoé"), a_person(unit, "Ana")
        pairings.pair(unit, offer.id, home(zoe), home(ana), ALTERNATING)
        first, second = signs(unit, offer, zoe), signs(unit, offer, ana)
        assert (days(first), days(second)) == ([1, 3, 5], [2, 4])
        assert "3 dates pour vous, 2 dates pour lui" in first.text
        assert (contracts.worth(first), contracts.worth(second)) == (3 * 1_001, 2 * 1_001)


def test_inverted_the_other_begins(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana = a_shareable_offer(unit), a_person(unit, "Zoé"), a_person(unit, "Ana")
        pairings.pair(unit, offer.id, home(zoe), home(ana), Wish(Manner.ALTERNATING, inverted=True))
        assert (days(signs(unit, offer, zoe)), days(signs(unit, offer, ana))) == ([2, 4], [1, 3])


def test_a_column_that_is_filled_fills_the_own_dates(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana = a_shareable_offer(unit, "contracts.dates"), a_person(unit, "Zoé"), a_person(unit, "Ana")
        pairings.pair(unit, offer.id, home(zoe), home(ana), ALTERNATING)
        kind = kind_of(unit, offer)
        typed = kind.read(unit, offer.id, {f"everywhere-{product_ids(offer)[0]}": "2"})
        asked = subscribing.quote(unit, offer.id, typed.choice, home(ana))
        assert (asked.problems, asked.total, len(asked.lines)) == ((), 4_004, 2)


def test_dates_that_move_between_the_two_signatures_stay_whose_they_were(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana = a_shareable_offer(unit), a_person(unit, "Zoé"), a_person(unit, "Ana")
        pairings.pair(unit, offer.id, home(zoe), home(ana), ALTERNATING)
        mine = signs(unit, offer, zoe)
        taken = {one.delivery_id for one in mine.lines}
        free = [cell.delivery_id for cell in matrix(unit, offer.id) if cell.delivery_id not in taken]
        deliveries.move(unit, free[0], unit.today + timedelta(weeks=10))
        theirs = signs(unit, offer, ana)
        assert {one.delivery_id for one in mine.lines}.isdisjoint(one.delivery_id for one in theirs.lines)
        assert len(theirs.lines) == 2


def test_a_proposal_is_accepted_by_whom_it_is_for(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana = a_shareable_offer(unit), a_person(unit, "Zoé"), a_person(unit, "Ana")
        asked = pairings.ask(unit, offer.id, home(zoe), f"  {(ana.email or '').upper()} ", TOGETHER)
        assert (asked.second_id, asked.state) == (home(ana), PairingState.ASKED)
        for other in (home(zoe), home(a_person(unit))):
            with pytest.raises(NotFound):
                pairings.accept(unit, asked.id, other)
        pairings.accept(unit, asked.id, home(ana))
        assert (asked.state, asked.email) == (PairingState.ACCEPTED, "")
        with pytest.raises(Refused, match="déjà sa réponse"):
            pairings.decline(unit, asked.id, home(ana))


def test_an_address_that_nobody_has_is_asked_all_the_same(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe = a_shareable_offer(unit), a_person(unit, "Zoé")
        asked = pairings.ask(unit, offer.id, home(zoe), "personne@exemple.fr", TOGETHER)
        assert (asked.second_id, asked.state, asked.email) == (None, PairingState.ASKED, "personne@exemple.fr")
        with pytest.raises(Refused, match="attend une réponse"):
            pairings.ask(unit, offer.id, home(zoe), "autre@exemple.fr", TOGETHER)
        pairings.withdraw(unit, asked.id, home(zoe))
        pairings.ask(unit, offer.id, home(zoe), "autre@exemple.fr", TOGETHER)


def test_a_household_that_has_signed_is_told_so_itself_only(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana = a_shareable_offer(unit), a_person(unit, "Zoé"), a_person(unit, "Ana")
        signs(unit, offer, ana)
        asked = pairings.ask(unit, offer.id, home(zoe), ana.email or "", TOGETHER)
        with pytest.raises(Refused, match="Votre foyer a déjà signé"):
            pairings.accept(unit, asked.id, home(ana))
        with pytest.raises(Refused, match="Ana a déjà signé"):
            pairings.pair(unit, offer.id, home(zoe), home(ana), TOGETHER)


def test_what_cannot_be_shared_is_refused_and_nothing_is_written(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana, eva = a_shareable_offer(unit), *(a_person(unit, name) for name in ("Zoé", "Ana", "Éva"))
        plain = an_offer(unit, "contracts.same", [900], opened=True)
        whole = a_shareable_offer(unit)
        write_terms(
            unit, whole, sharing=True, products=[{"offer_product_id": product_ids(whole)[0], "per": "contract"}]
        )
        one = a_shareable_offer(unit, number=1)
        for key, first, second, wish, why in (
            (offer.id, zoe, zoe, TOGETHER, "deux foyers différents"),
            (plain.id, zoe, ana, TOGETHER, "ne se partage pas"),
            (offer.id, zoe, ana, Wish(Manner.TOGETHER, shares=(0, 1)), "de 1 à 100"),
            (offer.id, zoe, ana, Wish(Manner.TOGETHER, shares=(1, 101)), "de 1 à 100"),
            (whole.id, zoe, ana, ALTERNATING, "une fois sur deux"),
            (one.id, zoe, ana, ALTERNATING, "au moins deux dates"),
        ):
            with pytest.raises(Refused, match=why):
                pairings.pair(unit, key, home(first), home(second), wish)
        with pytest.raises(Refused, match="votre propre foyer"):
            pairings.ask(unit, offer.id, home(zoe), zoe.email or "", TOGETHER)
        pairings.pair(unit, offer.id, home(zoe), home(ana), TOGETHER)
        with pytest.raises(Refused, match="Ana partage déjà"):
            pairings.pair(unit, offer.id, home(eva), home(ana), TOGETHER)
        offer_life.move(unit, offer.id, OfferState.CLOSED)
        with pytest.raises(Refused, match="closes"):
            pairings.ask(unit, offer.id, home(eva), "x@exemple.fr", TOGETHER)
        assert len(unit.all(pairings.select(Pairing))) == 1


def test_an_offer_of_accounts_is_not_shared(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.account", [900])
        write_terms(unit, offer, sharing=True, topups=[2_000])
        with pytest.raises(Refused, match="ne se partage pas"):
            pairings.pair(unit, offer.id, home(a_person(unit)), home(a_person(unit)), TOGETHER)


def test_one_payer_signs_for_both(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana = a_shareable_offer(unit), a_person(unit, "Zoé"), a_person(unit, "Ana")
        pairings.pair(unit, offer.id, home(zoe), home(ana), Wish(Manner.TOGETHER, payers=1))
        with pytest.raises(Refused, match="rien à signer"):
            draft(unit, offer, ana)
        found = signs(unit, offer, zoe)
        assert (contracts.worth(found), list(found.charges)) == (4_004, [])
        assert sharing.beside(unit, [found.id]) == {found.id: "avec Ana"}


def test_it_is_undone_while_neither_has_signed(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana = a_shareable_offer(unit), a_person(unit, "Zoé"), a_person(unit, "Ana")
        made = pairings.pair(unit, offer.id, home(zoe), home(ana), TOGETHER)
        with pytest.raises(NotFound):
            pairings.withdraw(unit, made.id, home(a_person(unit)))
        pairings.withdraw(unit, made.id, home(ana))
        again = pairings.pair(unit, offer.id, home(zoe), home(ana), TOGETHER)
        signs(unit, offer, zoe)
        with pytest.raises(Refused, match="demandez à"):
            pairings.withdraw(unit, again.id, home(ana))


def test_accepting_one_proposal_takes_one_s_own_back_and_tells_others_nothing(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, zoe, ana, eva = a_shareable_offer(unit), *(a_person(unit, name) for name in ("Zoé", "Ana", "Éva"))
        asked = pairings.ask(unit, offer.id, home(zoe), ana.email or "", TOGETHER)
        other = pairings.ask(unit, offer.id, home(eva), ana.email or "", TOGETHER)
        mine = pairings.ask(unit, offer.id, home(ana), eva.email or "", TOGETHER)
        pairings.accept(unit, asked.id, home(ana))
        assert (mine.state, mine.email, other.state) == (PairingState.DECLINED, "", PairingState.ASKED)
        with pytest.raises(Refused, match="Votre foyer partage déjà"):
            pairings.accept(unit, other.id, home(ana))


def test_others_choose_as_before(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = a_shareable_offer(unit)
        found = signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
        assert (len(found.lines), list(found.charges)) == (4, [])
