"""Moving and cancelling a date: what happens to baskets, to the books, to those it concerns, and the way back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import case, func, select

from courtil.domain.problems import NotFound, Refused, Stale
from courtil.domain.states import ContractState, DeliveryState, LineEffect
from courtil.services import books, contracts, deliveries, roles
from courtil.services import effects as effects_of
from courtil.services.instance import Instance
from courtil.services.unit import Reader, Unit
from courtil.store.books import Account, Entry, Posting
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.offers import OfferDate
from courtil.store.operations import Job, LogEntry
from courtil.store.people import Person
from courtil.testing.factories import a_farm, a_household, a_signed_contract, an_offer, thursdays

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAYS = thursdays(date(2026, 11, 26))


@dataclass
class Scene:
    """A farm that brings baskets (10 €) and eggs (2,50 €) to two households on four Thursdays."""

    instance: Instance
    farm_id: int
    offer_id: int
    households: list[int]
    ids: list[int]

    @contextmanager
    def working(self, now: datetime = NOW) -> Iterator[Unit]:
        with self.instance.working(now=now) as unit:
            yield unit


@pytest.fixture
def scene(instance: Instance) -> Scene:
    with instance.working(now=NOW) as unit:
        farm = a_farm(unit, products={"Panier": 1000, "Œufs": 250})
        offer = an_offer(unit, farm=farm, days=DAYS)
        homes = [a_household(unit, "Lantier", "Zoé", "Paul"), a_household(unit, "Ébrard")]
        a_signed_contract(unit, offer, homes[0], {"Panier": 1, "Œufs": 2})
        a_signed_contract(unit, offer, homes[1], {"Panier": 2})
        ids = list(unit.all(select(OfferDate.delivery_id).order_by(OfferDate.id)))
        return Scene(instance, farm.id, offer.id, [home.id for home in homes], ids)


def effects(reader: Reader, delivery_id: int) -> set[LineEffect]:
    return set(reader.all(select(ContractLine.effect).where(ContractLine.delivery_id == delivery_id)))


def owed(reader: Reader, scene: Scene) -> list[int]:
    balances = books.balances(reader, "household")
    return [balances[key] for key in scene.households] + [books.balance(reader, books.farm(scene.farm_id))]


def waiting_mail(reader: Reader) -> list[Job]:
    return list(reader.all(select(Job).where(Job.kind == "core.mail").order_by(Job.id)))


def test_a_moved_date_keeps_its_baskets_and_remembers_its_first_day(scene: Scene) -> None:
    friday = DAYS[0] + timedelta(days=1)
    with scene.working() as unit:
        deliveries.move(unit, scene.ids[0], friday, "neige")
    with scene.instance.reading() as reader:
        moved = deliveries.delivery(reader, scene.ids[0])
        assert (moved.distribution.day, moved.planned_on, moved.reason) == (friday, DAYS[0], "neige")
        assert effects(reader, moved.id) == {LineEffect.DUE}
        [told] = reader.all(select(LogEntry.sentence).where(LogEntry.kind == "DeliveryChanged"))
        assert "du jeudi 26 novembre 2026 : déplacée au vendredi 27 novembre 2026 (neige)" in told


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 19), "passé"),
        (DAYS[0], "déjà prévue"),
        (DAYS[1], "livre déjà"),
    ],
)
def test_a_date_cannot_move_to_a_day_that_is_past_taken_or_the_same(scene: Scene, day: date, words: str) -> None:
    with scene.working() as unit, pytest.raises(Refused, match=words) as error:
        deliveries.move(unit, scene.ids[0], day)
    assert error.value.problems[0].field == "day"


def test_a_date_may_move_to_today(scene: Scene) -> None:
    with scene.working() as unit:
        assert deliveries.move(unit, scene.ids[0], unit.today).distribution.day == NOW.date()


def test_a_farm_joins_the_evening_of_another_farm(scene: Scene) -> None:
    friday = DAYS[0] + timedelta(days=1)
    with scene.working() as unit:
        bakery = an_offer(unit, farm=a_farm(unit, "Fournil"), days=[friday], name="Pain")
        deliveries.move(unit, scene.ids[0], friday)
        evening = unit.one(select(Distribution.id).where(Distribution.day == friday))
        names = [d.farm.name for d in deliveries.distribution(unit, evening).deliveries]
        assert sorted(names) == ["Ferme des Trois-Chênes", "Fournil"]
        assert bakery.id != scene.offer_id


def test_a_date_nobody_needs_any_more_makes_room(scene: Scene) -> None:
    friday = DAYS[0] + timedelta(days=1)
    with scene.working() as unit:
        place_id = deliveries.delivery(unit, scene.ids[0]).distribution.place_id
        [left_over] = deliveries.plan(unit, scene.farm_id, place_id, [friday])
        left_over_id = left_over.id
        deliveries.move(unit, scene.ids[0], friday)
    with scene.instance.reading() as reader:
        assert reader.session.get(Delivery, left_over_id) is None


def test_what_was_opened_before_somebody_moved_it_is_stale(scene: Scene) -> None:
    with scene.working() as unit:
        version = deliveries.delivery(unit, scene.ids[0]).version
        deliveries.move(unit, scene.ids[0], DAYS[0] + timedelta(days=1), version=version)
        with pytest.raises(Stale):
            deliveries.move(unit, scene.ids[0], DAYS[0] + timedelta(days=2), version=version)
        with pytest.raises(Stale):
            deliveries.cancel(unit, scene.ids[0], LineEffect.KEPT, version=version)


def test_a_credited_cancellation_gives_each_household_its_part_and_restoring_takes_it_back(scene: Scene) -> None:
    with scene.working() as unit:
        before = owed(unit, scene)
        deliveries.cancel(unit, scene.ids[1], LineEffect.CREDITED, "gel")
        assert owed(unit, scene) == [before[0] + 1500, before[1] + 2000, before[2] - 3500]
        assert effects(unit, scene.ids[1]) == {LineEffect.CREDITED}
        assert effects(unit, scene.ids[0]) == {LineEffect.DUE}
        deliveries.restore(unit, scene.ids[1])
        assert owed(unit, scene) == before
        assert effects(unit, scene.ids[1]) == {LineEffect.DUE}
        assert deliveries.delivery(unit, scene.ids[1]).state is DeliveryState.PLANNED


def test_a_shared_hazard_leaves_the_books_alone(scene: Scene) -> None:
    with scene.working() as unit:
        before = owed(unit, scene)
        deliveries.cancel(unit, scene.ids[1], LineEffect.KEPT)
        assert owed(unit, scene) == before
        assert effects(unit, scene.ids[1]) == {LineEffect.KEPT}
        deliveries.restore(unit, scene.ids[1])
        assert owed(unit, scene) == before
        assert effects(unit, scene.ids[1]) == {LineEffect.DUE}


def test_only_planned_dates_are_cancelled_and_only_cancelled_ones_restored(scene: Scene) -> None:
    with scene.working() as unit:
        with pytest.raises(Refused):
            deliveries.restore(unit, scene.ids[0])
        deliveries.cancel(unit, scene.ids[0], LineEffect.KEPT)
        with pytest.raises(Refused):
            deliveries.cancel(unit, scene.ids[0], LineEffect.CREDITED)
        with pytest.raises(Refused):
            deliveries.move(unit, scene.ids[0], DAYS[0] + timedelta(days=1))
        with pytest.raises(Refused):
            deliveries.reopen(unit, scene.ids[0])
        with pytest.raises(Refused):
            deliveries.cancel(unit, scene.ids[1], LineEffect.DUE)
        with pytest.raises(NotFound):
            deliveries.cancel(unit, 999, LineEffect.KEPT)


def test_drafts_and_cancelled_contracts_are_given_nothing_back(scene: Scene) -> None:
    with scene.working() as unit:
        offer = an_offer(unit, farm=a_farm(unit, "Fournil"), days=DAYS, name="Pain")
        homes = [a_household(unit, name) for name in ("Brouillon", "Annulé")]
        a_signed_contract(unit, offer, homes[0], state=ContractState.DRAFT)
        a_signed_contract(unit, offer, homes[1], state=ContractState.CANCELLED)
        delivery_id = unit.one(select(OfferDate.delivery_id).where(OfferDate.offer_id == offer.id).limit(1))
        before = books.balance(unit, books.farm(offer.farm_id))
        deliveries.cancel(unit, delivery_id, LineEffect.CREDITED)
        assert books.balance(unit, books.farm(offer.farm_id)) == before


def test_what_a_termination_took_away_does_not_come_back_with_the_date(scene: Scene) -> None:
    with scene.working() as unit:
        contract = unit.one(select(Contract).where(Contract.household_id == scene.households[0]))
        contract.state, contract.ended_on = ContractState.TERMINATED, DAYS[0]
        for line in unit.all(select(ContractLine).where(ContractLine.contract_id == contract.id)):
            if line.delivery_id != scene.ids[0]:
                line.effect = LineEffect.KEPT
        before = owed(unit, scene)
        deliveries.cancel(unit, scene.ids[1], LineEffect.CREDITED)
        assert owed(unit, scene) == [before[0], before[1] + 2000, before[2] - 2000]
        deliveries.restore(unit, scene.ids[1])
        assert owed(unit, scene) == before
        assert effects(unit, scene.ids[1]) == {LineEffect.KEPT, LineEffect.DUE}


def test_whom_a_cancellation_concerns_is_told_a_minute_later_once_each(scene: Scene) -> None:
    with scene.working() as unit:
        farmer = unit.add(Person(last_name="Roux", search="roux", email="roux@ferme.exemple.fr"))
        roles.grant(unit, farmer, "farmer", scene.farm_id)
        a_household(unit, "Personne")
        deliveries.cancel(unit, scene.ids[0], LineEffect.CREDITED, "gel", tell=True)
        mails = waiting_mail(unit)
        assert {job.run_at for job in mails} == {NOW + timedelta(seconds=60)}
        assert sorted(job.payload["name"] for job in mails) == ["Paul Lantier", "Roux", "Zoé Lantier", "Zoé Ébrard"]
        texts = {job.payload["name"]: job.payload["text"] for job in mails}
        assert "15,00" in texts["Paul Lantier"]
        assert "20,00" in texts["Zoé Ébrard"]
        assert "€" not in texts["Roux"]
        assert "Raison : gel." in texts["Roux"]


def test_undoing_within_the_minute_holds_the_mail_back(scene: Scene) -> None:
    with scene.working() as unit:
        deliveries.cancel(unit, scene.ids[0], LineEffect.KEPT, tell=True)
        deliveries.move(unit, scene.ids[1], DAYS[1] + timedelta(days=1), tell=True)
        assert len(waiting_mail(unit)) == 6
        deliveries.restore(unit, scene.ids[0])
        assert len(waiting_mail(unit)) == 3
        first = unit.one(select(Distribution.id).where(Distribution.day == DAYS[1]))
        deliveries.move_back(unit, first, [scene.ids[1]])
        assert waiting_mail(unit) == []


@pytest.mark.parametrize("sent", ["done_at", "leased_until"])
def test_undoing_after_the_mail_went_out_tells_again(scene: Scene, sent: str) -> None:
    with scene.working() as unit:
        deliveries.cancel(unit, scene.ids[0], LineEffect.KEPT, tell=True)
        first = {job.id for job in waiting_mail(unit)}
        for job in waiting_mail(unit):
            setattr(job, sent, NOW + timedelta(minutes=2))
    with scene.working(NOW + timedelta(days=1)) as unit:
        deliveries.restore(unit, scene.ids[0])
        again = [job.payload for job in waiting_mail(unit) if job.id not in first]
        assert len(again) == 3
        assert all("a bien lieu" in payload["text"] for payload in again)


def test_a_move_is_undone_even_to_a_day_that_has_passed(scene: Scene) -> None:
    late = datetime(2026, 11, 28, tzinfo=UTC)
    with scene.working(late) as unit:
        evening = deliveries.delivery(unit, scene.ids[0]).distribution_id
        deliveries.move(unit, scene.ids[0], date(2026, 11, 30))
        [back] = deliveries.move_back(unit, evening, [scene.ids[0]])
        assert (back.distribution_id, back.distribution.day, back.reason) == (evening, DAYS[0], "")


def test_a_whole_evening_moves_is_cancelled_and_comes_back(scene: Scene) -> None:
    friday = DAYS[0] + timedelta(days=1)
    with scene.working() as unit:
        bread = an_offer(unit, farm=a_farm(unit, "Fournil", {"Pain": 400}), days=DAYS, name="Pain")
        a_signed_contract(unit, bread, a_household(unit, "Sauveur"))
        before = owed(unit, scene)
        evening = deliveries.delivery(unit, scene.ids[0]).distribution_id
        moved = deliveries.move_distribution(unit, evening, friday, "grève", tell=True)
        assert {(d.farm.name, d.distribution.day) for d in moved} == {
            ("Ferme des Trois-Chênes", friday), ("Fournil", friday),
        }  # fmt: skip
        assert len(waiting_mail(unit)) == 4
        deliveries.move_back(unit, evening, [d.id for d in moved])
        assert waiting_mail(unit) == []
        deliveries.cancel_distribution(unit, evening, LineEffect.CREDITED, tell=True)
        assert owed(unit, scene) == [before[0] + 1500, before[1] + 2000, before[2] - 3500]
        deliveries.restore_distribution(unit, evening)
        assert waiting_mail(unit) == []
        assert owed(unit, scene) == before
        with pytest.raises(Refused):
            deliveries.move_distribution(unit, evening, DAYS[1])


def test_an_evening_with_nothing_planned_cannot_be_cancelled_again(scene: Scene) -> None:
    with scene.working() as unit:
        evening = deliveries.delivery(unit, scene.ids[0]).distribution_id
        deliveries.cancel_distribution(unit, evening, LineEffect.KEPT)
        with pytest.raises(Refused, match="Rien n’est prévu"):
            deliveries.cancel_distribution(unit, evening, LineEffect.KEPT)


def test_a_farm_is_said_to_have_come_from_the_day_itself_on(scene: Scene) -> None:
    with scene.working() as unit, pytest.raises(Refused):
        deliveries.mark_delivered(unit, scene.ids[0])
    with scene.working(datetime(2026, 11, 26, 19, tzinfo=UTC)) as unit:
        deliveries.mark_delivered(unit, scene.ids[0])
        with pytest.raises(Refused):
            deliveries.cancel(unit, scene.ids[0], LineEffect.KEPT)
        assert deliveries.reopen(unit, scene.ids[0]).state is DeliveryState.PLANNED


def test_the_note_of_the_evening_is_kept(scene: Scene) -> None:
    with scene.working() as unit:
        evening = deliveries.delivery(unit, scene.ids[0]).distribution
        version = evening.version
        deliveries.write_note(unit, evening.id, "Rendre les cagettes.", version)
        with pytest.raises(Stale):
            deliveries.write_note(unit, evening.id, "Autre", version)
        assert unit.session.scalar(select(func.count()).where(LogEntry.kind == "CalendarChanged")) == 2


def test_a_preview_names_whom_a_change_touches_and_what_it_gives_back(scene: Scene) -> None:
    with scene.working() as unit:
        an_offer(unit, farm=a_farm(unit, "Fournil"), days=[DAYS[0], DAYS[0] + timedelta(days=1)], name="Pain")
        kept = effects_of.cancel_effects(unit, scene.ids[0], LineEffect.KEPT)
        assert (kept.households, kept.contracts, kept.cents, kept.given_back) == (["Ébrard", "Lantier"], 2, 3500, 0)
        assert kept.people == ["Zoé Lantier", "Paul Lantier", "Zoé Ébrard"]
        assert kept.other_farms == ["Fournil"]
        credited = effects_of.cancel_effects(unit, scene.ids[0], LineEffect.CREDITED)
        assert credited.given_back == 3500
        friday = effects_of.move_effects(unit, scene.ids[0], DAYS[0] + timedelta(days=1))
        assert friday.other_farms == ["Fournil"]
        saturday = effects_of.move_effects(unit, scene.ids[0], DAYS[0] + timedelta(days=2))
        assert (saturday.other_farms, saturday.given_back) == ([], 0)
        with pytest.raises(Refused):
            effects_of.move_effects(unit, scene.ids[0], DAYS[1])
        evening = deliveries.delivery(unit, scene.ids[0]).distribution_id
        assert effects_of.cancel_distribution_effects(unit, evening, LineEffect.KEPT).other_farms == []
        with pytest.raises(Refused):
            effects_of.move_distribution_effects(unit, evening, DAYS[0])


@given(data=st.data())
@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_cancelled_moved_ended_and_restored_books_and_lines_agree(
    scene: Scene, data: st.DataObject
) -> None:
    """Each contract moved to the farm what its lines are worth: those due, and those kept."""
    for _step in range(data.draw(st.integers(2, 6))):
        with scene.working() as unit, suppress(Refused):
            one_step(unit, scene, data)
        with scene.instance.reading() as reader:
            for contract in contracts.of_offer(reader, scene.offer_id):
                assert moved_to_farm(reader, contract.id, scene.farm_id) == contracts.worth(contract)


def one_step(unit: Unit, scene: Scene, data: st.DataObject) -> None:
    delivery_id = data.draw(st.sampled_from(scene.ids))
    kind = data.draw(st.sampled_from(["cancel", "restore", "move", "terminate", "resume"]))
    if kind == "cancel":
        deliveries.cancel(unit, delivery_id, data.draw(st.sampled_from([LineEffect.KEPT, LineEffect.CREDITED])))
    elif kind == "restore":
        deliveries.restore(unit, delivery_id)
    elif kind == "move":
        deliveries.move(unit, delivery_id, DAYS[0] + timedelta(days=data.draw(st.integers(0, 30))))
    else:
        contract_id = data.draw(st.sampled_from(list(unit.all(select(Contract.id).order_by(Contract.id)))))
        if kind == "terminate":
            contracts.terminate(
                unit, contract_id, data.draw(st.sampled_from(DAYS)), "x", credit=data.draw(st.booleans())
            )
        else:
            contracts.resume(unit, contract_id)


def moved_to_farm(reader: Reader, contract_id: int, farm_id: int) -> int:
    account = select(Account.id).where(Account.kind == "farm", Account.owner_id == farm_id).scalar_subquery()
    signed = case((Posting.target_id == account, Posting.cents), else_=-Posting.cents)
    total = select(func.sum(signed)).join(Entry, Entry.id == Posting.entry_id).where(Entry.contract_id == contract_id)
    return int(reader.session.scalar(total) or 0)
