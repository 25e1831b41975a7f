"""A basket paid in two parts: both parts together are the whole basket, whatever is changed, and undoing leads back."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.offers import an_offer, product_ids, write_terms
from courtil.domain.contracts import Charge
from courtil.domain.problems import NotFound, Refused
from courtil.domain.states import BINDING, LineEffect
from courtil.services import contracts, deliveries, payments, subscribing
from courtil.services.amending import Amendment, amend
from courtil.services.due import lines_in_words
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.contracts import Contract
from courtil.store.people import Person
from courtil_contracts.domain.sharing import Manner
from courtil_contracts.services import changes, pairings, privacy, sharing
from courtil_contracts.services.changes import Wish as Change
from courtil_contracts.tables import ACTIVE, ContractChange, Pairing
from subscriptions import a_person, signed

CHANGES = [
    {"kind": kind, "money": "credited", "notice_days": 0} for kind in ("absence", "report", "quantity", "donation")
]


@dataclass
class Pair:
    """Zoé and Ana share each basket of four weeks at 10,01 € with 2,50 € of fees; Zoé carries the baskets."""

    instance: Instance
    offer_id: int
    pairing_id: int
    product: int
    zoe: Person
    ana: Person
    days: list[int] = field(default_factory=list)

    def sign(self, unit: Unit, person: Person, baskets: int = 2) -> int:
        choice: dict[str, Any] = {} if person is self.ana else {"quantities": {str(self.product): baskets}}
        draft = subscribing.save_draft(unit, self.offer_id, person.household_id or 0, choice)
        return signed(unit, draft.id, person).id

    def contract(self, unit: Unit, person: Person) -> Contract | None:
        mine = (Contract.offer_id == self.offer_id, Contract.household_id == person.household_id)
        query = pairings.select(Contract.id).where(*mine, Contract.state.in_(BINDING)).order_by(Contract.id)
        key = unit.session.scalar(query)
        return contracts.contract(unit, key, fresh=True) if key else None

    def worth(self, unit: Unit, person: Person) -> int:
        found = self.contract(unit, person)
        return contracts.worth(found) if found else 0

    def whole(self, unit: Unit) -> int:
        """What the basket costs, whoever pays it."""
        found = self.contract(unit, self.zoe)
        if found is None:
            return 0
        label = unit.get(Pairing, self.pairing_id).first_label
        return contracts.worth(found) - sum(one.cents for one in found.charges if one.label == label)


@pytest.fixture
def new_pair(with_contracts: Instance) -> Any:
    def made(*shares: int) -> Pair:
        with with_contracts.working() as unit:
            offer = an_offer(unit, "contracts.same", [1_001], opened=True)
            fee = {"label": "Transport", "cents": 250, "per": "contract"}
            write_terms(unit, offer, sharing=True, changes=CHANGES, fees=[fee])
            zoe, ana = a_person(unit, "Zoé"), a_person(unit, "Ana")
            wish = pairings.Wish(Manner.TOGETHER, shares=(shares or (1, 1)))  # type: ignore[arg-type]
            key = pairings.pair(unit, offer.id, zoe.household_id or 0, ana.household_id or 0, wish).id
            return Pair(with_contracts, offer.id, key, product_ids(offer)[0], zoe, ana)

    return made


@pytest.fixture
def pair(new_pair: Any) -> Pair:
    """Both have signed."""
    made: Pair = new_pair()
    with made.instance.working() as unit:
        key = made.sign(unit, made.zoe, 1)
        made.sign(unit, made.ana)
        made.days = [one.delivery_id for one in contracts.contract(unit, key).lines]
    return made


@pytest.mark.parametrize(("shares", "second"), [((1, 1), 2_127), ((2, 1), 1_418), ((1, 2), 2_836), ((1, 99), 4_211)])
def test_each_signs_its_part_and_odd_cents_are_the_first_s(new_pair: Any, shares: tuple[int, int], second: int) -> None:
    pair: Pair = new_pair(*shares)
    with pair.instance.working() as unit:
        pair.sign(unit, pair.zoe, 1)
        pair.sign(unit, pair.ana)
        assert (pair.worth(unit, pair.zoe), pair.worth(unit, pair.ana)) == (4_254 - second, second)
        mine, theirs = pair.contract(unit, pair.zoe), pair.contract(unit, pair.ana)
        assert mine is not None
        assert theirs is not None
        assert [(one.label, one.cents) for one in mine.charges][-1] == ("Part du foyer Ana", -second)
        assert [(one.label, one.cents) for one in theirs.charges] == [
            ("Part du panier partagé avec le foyer Zoé", second)
        ]
        assert list(theirs.lines) == []
        assert [sum(one.cents for one in found.instalments) for found in (mine, theirs)] == [4_254 - second, second]
        assert next(line.words for line in lines_in_words(unit)) == "1\u00a0×\u00a0Produit 1, avec Ana"
        assert payments.agreement(unit) == []


def test_the_second_signs_after_the_first(new_pair: Any) -> None:
    pair: Pair = new_pair()
    with pair.instance.working() as unit, pytest.raises(Refused, match="signez après lui"):
        pair.sign(unit, pair.ana)


def test_who_has_not_signed_is_told_to_the_coordination(new_pair: Any) -> None:
    pair: Pair = new_pair()
    with pair.instance.working() as unit:
        here = (Pairing.id == pair.pairing_id,)
        assert sharing.open_pairings(unit, pairings.sharings(unit, *here)) == []
        pair.sign(unit, pair.zoe)
        assert [one.says for one in sharing.open_pairings(unit, pairings.sharings(unit, *here))] == [
            "Le foyer Ana n’a pas encore signé sa part."
        ]
        pair.sign(unit, pair.ana)
        assert sharing.open_pairings(unit, pairings.sharings(unit, *here)) == []


def test_a_contract_that_was_ended_is_told_to_the_coordination(pair: Pair) -> None:
    with pair.instance.working() as unit:
        theirs = pair.contract(unit, pair.ana)
        assert theirs is not None
        contracts.terminate(unit, theirs.id, unit.today, "départ", credit=True)
        [waits] = sharing.open_pairings(unit, pairings.sharings(unit, Pairing.id == pair.pairing_id))
        assert waits.says == "Le contrat du foyer Ana est résilié."
        sharing.end(unit, pair.pairing_id, unit.today)
        assert (pair.worth(unit, pair.ana), pair.worth(unit, pair.zoe)) == (0, 4_254)
        assert payments.agreement(unit) == []


def test_a_cancelled_date_is_given_back_to_both_and_owed_again(pair: Pair) -> None:
    with pair.instance.working() as unit:
        deliveries.cancel(unit, pair.days[0], LineEffect.CREDITED)
        assert (pair.worth(unit, pair.zoe), pair.worth(unit, pair.ana)) == (1_627, 1_626)
        deliveries.restore(unit, pair.days[0])
        assert (pair.worth(unit, pair.zoe), pair.worth(unit, pair.ana)) == (2_127, 2_127)
        assert payments.agreement(unit) == []


def test_a_preview_says_the_own_part(pair: Pair) -> None:
    with pair.instance.working() as unit:
        found = pair.contract(unit, pair.zoe)
        assert found is not None
        seen = changes.preview(unit, found, Change("absence", pair.days[0]))
        change = changes.make(unit, found.id, Change("absence", pair.days[0]))
        assert (seen.before, seen.after) == (2_127, 1_627) == (2_127, pair.worth(unit, pair.zoe))
        changes.undo(unit, change.id)
        assert pair.worth(unit, pair.ana) == 2_127


def test_most_of_a_basket_goes_though_the_other_pays_most_of_it(new_pair: Any) -> None:
    pair: Pair = new_pair(1, 99)
    with pair.instance.working() as unit:
        key = pair.sign(unit, pair.zoe, 2)
        pair.sign(unit, pair.ana)
        first = min(one.delivery_id for one in contracts.contract(unit, key).lines)
        changes.make(unit, key, Change("quantity", first, quantities={pair.product: 1}))
        assert (pair.worth(unit, pair.zoe) + pair.worth(unit, pair.ana), pair.worth(unit, pair.zoe)) == (4_254, 43)


def test_ending_the_first_s_contract_lowers_both_parts_and_resuming_brings_them_back(pair: Pair) -> None:
    with pair.instance.working() as unit:
        found = pair.contract(unit, pair.zoe)
        assert found is not None
        contracts.terminate(unit, found.id, unit.today, "départ", credit=True)
        assert (pair.worth(unit, pair.zoe), pair.worth(unit, pair.ana)) == (125, 125)
        contracts.resume(unit, found.id)
        assert (pair.worth(unit, pair.zoe), pair.worth(unit, pair.ana)) == (2_127, 2_127)
        assert payments.agreement(unit) == []


def test_a_pairing_that_ends_leaves_the_rest_to_the_first_and_its_way_back(pair: Pair) -> None:
    with pair.instance.working() as unit:
        day = contracts.contract(unit, pair.contract(unit, pair.zoe).id).lines[0].delivery.distribution.day  # type: ignore[union-attr]
        sharing.end(unit, pair.pairing_id, day)
        assert (pair.worth(unit, pair.ana), pair.worth(unit, pair.zoe)) == (531, 4_254 - 531)
        sharing.reopen(unit, pair.pairing_id)
        assert (pair.worth(unit, pair.zoe), pair.worth(unit, pair.ana)) == (2_127, 2_127)


def test_a_pairing_that_ends_before_the_second_signs_leaves_all_to_the_first(new_pair: Any) -> None:
    pair: Pair = new_pair()
    with pair.instance.working() as unit:
        pair.sign(unit, pair.zoe, 1)
        sharing.end(unit, pair.pairing_id, unit.today)
        assert pair.worth(unit, pair.zoe) == 4_254
        with pytest.raises(Refused):
            pair.sign(unit, pair.ana)


def test_a_part_is_not_cancelled_once_a_basket_of_it_was_there(pair: Pair) -> None:
    with pair.instance.working() as unit:
        first = pair.contract(unit, pair.zoe)
        assert first is not None
        day = first.lines[0].delivery.distribution.day
        key = pair.contract(unit, pair.ana).id  # type: ignore[union-attr]
    with (
        pair.instance.working(now=datetime.combine(day, time(20), UTC)) as unit,
        pytest.raises(Refused, match="déjà venus"),
    ):
        contracts.cancel(unit, key)


def test_both_households_have_it_in_their_data(pair: Pair) -> None:
    with pair.instance.working() as unit:
        for person in (pair.zoe, pair.ana):
            assert "Panier partagé" in [one.title for one in privacy.records(person.id, unit)]
        unit.get(Pairing, pair.pairing_id).asked_by_id = pair.zoe.id
        unit.session.flush()
        privacy.forget(pair.zoe.id, unit)
        unit.session.expire_all()
        assert unit.get(Pairing, pair.pairing_id).asked_by_id is None


def one_step(pair: Pair, unit: Unit, data: st.DataObject) -> None:
    person = data.draw(st.sampled_from([pair.zoe, pair.ana]))
    found, basket = pair.contract(unit, person), pair.contract(unit, pair.zoe)
    match data.draw(st.sampled_from(["basket", "basket", "basket", "sign", "sign", "contract", "end", "reopen"])):
        case "sign":
            pair.sign(unit, person, data.draw(st.integers(1, 3)))
        case "basket" if basket:
            change_basket(pair, unit, data, basket)
        case "contract" if found:
            change_contract(unit, data, found)
        case "end":
            sharing.end(unit, pair.pairing_id, unit.today + timedelta(days=data.draw(st.integers(0, 30))))
        case "reopen":
            sharing.reopen(unit, pair.pairing_id)


def change_basket(pair: Pair, unit: Unit, data: st.DataObject, basket: Contract) -> None:
    delivery = data.draw(st.sampled_from(sorted({one.delivery_id for one in basket.lines}) or [0]))
    made = pairings.select(ContractChange).where(ContractChange.contract_id == basket.id)
    standing = unit.all(made.where(ContractChange.state.in_(ACTIVE)).order_by(ContractChange.id.desc()))
    match data.draw(st.sampled_from(["absence", "quantity", "cancel", "restore", "undo", "undo", "weigh"])):
        case "absence":
            changes.make(unit, basket.id, Change("absence", delivery))
        case "quantity":
            number = data.draw(st.integers(0, 3))
            changes.make(unit, basket.id, Change("quantity", delivery, quantities={pair.product: number}))
        case "cancel":
            deliveries.cancel(unit, delivery, data.draw(st.sampled_from([LineEffect.KEPT, LineEffect.CREDITED])))
        case "restore":
            deliveries.restore(unit, delivery)
        case "undo" if standing:
            changes.undo(unit, standing[0].id)
        case "weigh":
            more = [*changes.shifted(basket, [Charge("Pesée", data.draw(st.integers(-99, 99).filter(bool)))])]
            amend(unit, basket.id, Amendment(charges=more), "pesée")


def change_contract(unit: Unit, data: st.DataObject, found: Contract) -> None:
    match data.draw(st.sampled_from(["cancel", "terminate", "resume"])):
        case "cancel":
            contracts.cancel(unit, found.id)
        case "terminate":
            day = unit.today + timedelta(days=data.draw(st.integers(0, 30)))
            contracts.terminate(unit, found.id, day, "départ", credit=data.draw(st.booleans()))
        case "resume":
            contracts.resume(unit, found.id)


def holds(pair: Pair, unit: Unit) -> None:
    """Together they pay the whole basket; while the second has not signed, its part waits for it."""
    pairing = unit.get(Pairing, pair.pairing_id)
    first, second = pair.contract(unit, pair.zoe), pair.contract(unit, pair.ana)
    waits = sharing.part_of(pairing, first) if first and not second and pairing.ended_on is None else 0
    assert pair.worth(unit, pair.zoe) + pair.worth(unit, pair.ana) + waits == pair.whole(unit)
    assert pair.worth(unit, pair.zoe) >= 0
    assert pair.worth(unit, pair.ana) >= 0
    assert payments.agreement(unit) == []


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_changed_both_parts_are_the_whole_basket(new_pair: Any, data: st.DataObject) -> None:
    pair: Pair = new_pair(*data.draw(st.sampled_from([(1, 1), (2, 1), (1, 3), (1, 99), (7, 5)])))
    for _step in range(data.draw(st.integers(2, 9))):
        with suppress(Refused, NotFound), pair.instance.working() as unit:
            one_step(pair, unit, data)
        with pair.instance.working() as unit:
            holds(pair, unit)


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undone_in_reverse_both_parts_are_as_they_were_signed(new_pair: Any, data: st.DataObject) -> None:
    pair: Pair = new_pair(*data.draw(st.sampled_from([(1, 1), (2, 1), (1, 9)])))
    with pair.instance.working() as unit:
        key = pair.sign(unit, pair.zoe, 2)
        pair.sign(unit, pair.ana)
        days = sorted(one.delivery_id for one in contracts.contract(unit, key).lines)
        before = (pair.worth(unit, pair.zoe), pair.worth(unit, pair.ana))
    made: list[int] = []
    for _step in range(data.draw(st.integers(1, 4))):
        kind, number = data.draw(st.sampled_from(["absence", "quantity"])), data.draw(st.integers(0, 3))
        wish = Change(kind, data.draw(st.sampled_from(days)), quantities={pair.product: number})
        with suppress(Refused), pair.instance.working() as unit:
            made.append(changes.make(unit, key, wish).id)
    for one in reversed(made):
        with pair.instance.working() as unit:
            changes.undo(unit, one)
    with pair.instance.working() as unit:
        assert (pair.worth(unit, pair.zoe), pair.worth(unit, pair.ana)) == before
        assert payments.agreement(unit) == []
