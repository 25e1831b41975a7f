"""Payments that a household writes itself, and those of a printed form that do not add up: the books always do."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.offers import an_offer, open_, product_ids, write_terms
from contracts.services.seasons import COORDINATION, WHOLE, made, somebody
from courtil.domain.problems import Refused
from courtil.services import contracts, payments, subscribing
from courtil.services.instance import Instance
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil.testing.clock import Clock
from courtil_contracts.services import written_plans
from courtil_contracts.services.plans import proposals
from courtil_contracts.services.written_plans import WRITTEN, WrittenPart, printed_warnings
from courtil_contracts.tables import WrittenPlan
from subscriptions import a_person


class Scene:
    """A household that chose a basket at 10 € on twelve dates and pays in three times, with its draft."""

    def __init__(self, instance: Instance, **way: object) -> None:
        self.instance = instance
        with instance.working() as unit:
            offer = an_offer(unit, "contracts.same", [1_000], number=12)
            write_terms(unit, offer, ways=[{"counts": [1, 3], "smallest": 1_000, **way}])
            open_(unit, offer.id)
            self.offer: Offer = offer
            self.person: Person = a_person(unit, "Lantier")
        self.choose(1)

    def choose(self, baskets: int) -> None:
        with self.instance.working() as unit:
            choice = {"quantities": {str(product_ids(self.offer)[0]): baskets}}
            self.key = subscribing.save_draft(unit, self.offer.id, self.person.household_id or 0, choice).id

    def write(self, *amounts: int, days: tuple[date | None, ...] = (), printed: bool = False) -> None:
        given_days = days or (None,) * len(amounts)
        given_ = [WrittenPart(cents, day) for cents, day in zip(amounts, given_days, strict=True)]
        with self.instance.working() as unit:
            found = contracts.contract(unit, self.key)
            pair = next(one for one in proposals(subscribing.draft_of(unit, self.key), unit) if one.plan.key == "3")
            written_plans.write(unit, found, pair, given_, printed=printed)

    def proposed(self) -> dict[str, list[int]]:
        with self.instance.reading() as reader:
            return {one.key: [part.cents for part in one.parts] for one in subscribing.reading(reader, self.key).plans}

    def kept(self) -> written_plans.Kept | None:
        with self.instance.reading() as reader:
            draft = subscribing.draft_of(reader, self.key)
            return written_plans.kept_plan(reader, draft, proposals(draft, reader))

    def signed(self) -> list[int]:
        with self.instance.working() as unit:
            read = subscribing.reading(unit, self.key)
            subscribing.sign(unit, self.key, read.quote.total, read.text_hash, self.person)
        with self.instance.reading() as reader:
            assert payments.agreement(reader) == []
            return [one.cents for one in contracts.contract(reader, self.key).instalments]


@pytest.fixture
def scene(with_contracts: Instance) -> Scene:
    return Scene(with_contracts, editable=True)


def test_amounts_of_one_s_own_are_one_more_plan_that_is_signed(scene: Scene) -> None:
    scene.write(6_000, 4_000, 2_000)
    assert scene.proposed() == {"1": [12_000], "3": [4_000] * 3, WRITTEN: [6_000, 4_000, 2_000]}
    assert scene.signed() == [6_000, 4_000, 2_000]


@pytest.mark.parametrize(
    ("amounts", "says"),
    [
        ((6_000, 4_000, 1_000), "il manque 10,00"),
        ((11_500, 400, 100), "au moins 10,00"),
        ((6_000, 6_000), "gardez-en autant"),
    ],
)
def test_what_does_not_fit_is_refused(scene: Scene, amounts: tuple[int, ...], says: str) -> None:
    with pytest.raises(Refused, match=says):
        scene.write(*amounts)
    assert WRITTEN not in scene.proposed()


def test_without_the_terms_nobody_writes_amounts(with_contracts: Instance) -> None:
    scene = Scene(with_contracts)
    with pytest.raises(Refused, match="ne se changent pas"):
        scene.write(6_000, 4_000, 2_000)


def test_another_basket_makes_the_written_plan_fall_away_with_a_sentence(scene: Scene) -> None:
    scene.write(6_000, 4_000, 2_000)
    scene.choose(2)
    assert WRITTEN not in scene.proposed()
    kept = scene.kept()
    assert kept is not None
    assert (kept.plan, "coûte maintenant 240,00" in kept.says) == (None, True)
    scene.choose(1)
    assert WRITTEN in scene.proposed()


def test_days_of_one_s_own_as_long_as_they_are_to_come(with_contracts: Instance, clock: Clock) -> None:
    scene = Scene(with_contracts, editable=True, dates="free")
    with with_contracts.reading() as reader:
        today = reader.today
    days = (today, today + timedelta(days=20), today + timedelta(days=300))
    scene.write(6_000, 4_000, 2_000, days=days)
    clock.forward(days=1)
    kept = scene.kept()
    assert kept is not None
    assert (kept.plan, "est passé" in kept.says) == (None, True)
    clock.forward(days=-1)
    scene.signed()
    with with_contracts.reading() as reader:
        assert tuple(one.due_on for one in contracts.contract(reader, scene.key).instalments) == days


def test_a_printed_form_is_kept_beside_what_the_books_carry(with_contracts: Instance) -> None:
    scene = Scene(with_contracts)
    scene.write(4_000, 4_000, 3_900, printed=True)
    assert scene.proposed()[WRITTEN] == [4_000, 4_000, 4_000]
    with with_contracts.reading() as reader:
        assert printed_warnings(reader, scene.offer.id) == []
    assert scene.signed() == [4_000, 4_000, 4_000]
    with with_contracts.reading(somebody(*COORDINATION)) as reader:
        row = reader.get(WrittenPlan, scene.key)
        assert row.cents == [4_000, 4_000, 3_900]
        [(name, says)] = printed_warnings(reader, scene.offer.id)
        assert name == "Lantier"
        assert says.replace("\u202f", " ").replace("\u00a0", " ") == (
            "Les montants écrits font 119,00 €, le contrat 120,00 € : il manque 1,00 €."
        )
        assert f"Lantier : {says}" in made(reader, "synthese", scene.offer, WHOLE).blocks[-1].lines


@given(first=st.integers(-100, 12_500), second=st.integers(-100, 12_500))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_written_plans_add_up_or_are_refused(scene: Scene, first: int, second: int) -> None:
    amounts = [first, second, 12_000 - first - second]
    if min(amounts) < 1_000:
        with pytest.raises(Refused):
            scene.write(*amounts)
        return
    scene.write(*amounts)
    assert scene.proposed()[WRITTEN] == amounts
