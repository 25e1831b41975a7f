"""The same order at each delivery: placed on the last day, unless something was ordered, as long as the account can."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from contracts.changing import Sent
from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.services import payments
from courtil.services.instance import Instance
from courtil.store.operations import Job, LogEntry
from courtil.testing.clock import Clock
from courtil_contracts.services import orders, standing
from courtil_contracts.tables import StandingOrder


class Scene:
    """An account of 25 € for bread at 4,90 € and buns at 2,90 € on four dates, ordered three days before."""

    def __init__(self, instance: Instance, clock: Clock) -> None:
        self.instance, self.clock = instance, clock
        with instance.working() as unit:
            offer = an_offer(unit, "contracts.account", [490, 290])
            write_terms(unit, offer, topups=[2_500])
            open_(unit, offer.id)
            self.offer_id = offer.id
            self.key = signed_for(unit, offer.id, {"cents": 2_500}).id
            self.bread, self.buns = product_ids(offer)
            known = orders.account(unit, self.key)
            self.days = known.open_days
            self.first, self.second, *_rest = self.days

    def stand(self, **quantities: int) -> None:
        with self.instance.working() as unit:
            standing.keep(unit, self.key, {getattr(self, name): number for name, number in quantities.items()})

    def order(self, delivery: int, bread: int) -> None:
        with self.instance.working() as unit:
            orders.order(unit, self.key, delivery, {self.bread: bread})

    def skip(self, delivery: int, *, skipped: bool = True) -> None:
        with self.instance.working() as unit:
            standing.skip(unit, self.key, delivery, skipped=skipped)

    def run(self, delivery: int, days: int = 3) -> None:
        """The daily job, twice, so many days before a delivery."""
        self.clock.set(self.days[delivery] - timedelta(days=days))
        for _time in range(2):
            with self.instance.working() as unit:
                standing.ask(unit)
                standing.place(unit, self.offer_id)

    def ordered(self) -> dict[int, int]:
        """Pieces by delivery."""
        with self.instance.reading() as reader:
            assert payments.agreement(reader) == []
            found: dict[int, int] = {}
            for (_product, delivery), number in orders.account(reader, self.key).ordered.items():
                found[delivery] = found.get(delivery, 0) + number
            return found


@pytest.fixture
def scene(with_contracts: Instance, clock: Clock) -> Scene:
    return Scene(with_contracts, clock)


def test_it_is_placed_on_the_last_day_and_once(scene: Scene) -> None:
    scene.stand(bread=1, buns=2)
    scene.run(scene.first, days=4)
    assert scene.ordered() == {}
    scene.run(scene.first)
    assert scene.ordered() == {scene.first: 3}
    scene.order(scene.first, 0)
    scene.run(scene.first)
    assert scene.ordered() == {}


def test_an_order_by_hand_goes_before(scene: Scene) -> None:
    scene.stand(bread=1)
    scene.order(scene.first, 3)
    scene.run(scene.first)
    scene.run(scene.second)
    assert scene.ordered() == {scene.first: 3, scene.second: 1}


def test_an_account_that_does_not_suffice_is_told_once_and_the_next_dates_are_tried(scene: Scene, sent: Sent) -> None:
    scene.order(scene.first, 3)
    scene.stand(bread=3)
    scene.run(scene.second)
    assert scene.ordered() == {scene.first: 3}
    [told] = [one for one in sent(scene.instance) if "Pas de commande" in one]
    with scene.instance.working() as unit:
        orders.top_up(unit, scene.key, 2_500)
    scene.run(list(scene.days)[2])
    assert scene.ordered() == {scene.first: 3, list(scene.days)[2]: 3}
    assert [one for one in sent(scene.instance) if "Pas de commande" in one] == [told]


def test_it_is_told_beforehand_on_which_dates_the_account_will_not_do(scene: Scene) -> None:
    scene.stand(bread=2)  # 9,80 € each time, of 25 €
    scene.skip(scene.first)
    with scene.instance.reading() as reader:
        row = standing.standing(reader, scene.key)
        assert row is not None
        found = standing.foreseen(orders.account(reader, scene.key), row)
    second, third, fourth = list(scene.days)[1:]
    assert found == {second: True, third: True, fourth: False}


def test_a_date_is_left_out_and_taken_in_again(scene: Scene) -> None:
    scene.stand(bread=1)
    scene.skip(scene.first)
    scene.skip(scene.second)
    scene.skip(scene.second, skipped=False)
    scene.run(scene.first)
    scene.run(scene.second)
    assert scene.ordered() == {scene.second: 1}
    with pytest.raises(Refused, match="Trop tard"):
        scene.skip(scene.second)


def test_it_is_changed_and_stopped_and_that_is_recorded(scene: Scene) -> None:
    scene.stand(bread=1)
    scene.run(scene.first)
    scene.stand(buns=2)
    scene.run(scene.second)
    with scene.instance.working() as unit:
        standing.stop(unit, scene.key)
        standing.stop(unit, scene.key)
    scene.run(list(scene.days)[2])
    assert scene.ordered() == {scene.first: 1, scene.second: 2}
    with scene.instance.reading() as reader:
        told = [one.sentence for one in reader.session.query(LogEntry).order_by(LogEntry.id)]
        assert sum("la même commande à chaque livraison" in one for one in told) == 2
        assert sum("plus de commande d’office" in one for one in told) == 1
        assert reader.get(StandingOrder, scene.key).active is False


def test_a_worker_that_was_away_tells_what_it_missed(scene: Scene, sent: Sent) -> None:
    scene.stand(bread=1)
    scene.run(scene.first, days=1)
    assert scene.ordered() == {}
    assert len([one for one in sent(scene.instance) if "Pas de commande" in one]) == 1


def test_what_cannot_be_ordered_does_not_stand(scene: Scene) -> None:
    with scene.instance.working() as unit:
        with pytest.raises(Refused, match="Choisissez au moins un produit"):
            standing.keep(unit, scene.key, {scene.bread: 0})
        with pytest.raises(Refused, match="Au plus"):
            standing.keep(unit, scene.key, {scene.bread: 1_000})
        with pytest.raises(NotFound):
            standing.keep(unit, scene.key, {999_999: 1})
        with pytest.raises(Stale):
            standing.keep(unit, scene.key, {scene.bread: 1}, version=999)
        with pytest.raises(NotFound):
            standing.skip(unit, scene.key, scene.first, skipped=True)


def test_nothing_is_placed_for_deliveries_whose_day_to_order_was_before_it_was_asked(scene: Scene, sent: Sent) -> None:
    scene.clock.set(scene.days[scene.first] - timedelta(days=1))
    scene.stand(bread=1)
    scene.run(scene.first, days=1)
    assert (scene.ordered(), [one for one in sent(scene.instance) if "Pas de commande" in one]) == ({}, [])


def test_each_day_one_job_is_asked_for_each_offer(scene: Scene) -> None:
    scene.stand(bread=1)
    with scene.instance.working() as unit:
        standing.ask(unit)
        jobs = unit.all(select(Job).where(Job.kind == standing.PLACES))
        assert [one.payload for one in jobs] == [{"offer_id": scene.offer_id}]


def test_an_order_that_stands_from_its_last_day_on_is_placed_at_once(scene: Scene) -> None:
    scene.clock.set(scene.days[scene.first] - timedelta(days=3))
    scene.stand(bread=1)
    assert scene.ordered() == {scene.first: 1}


def test_what_was_stopped_orders_nothing_any_more(scene: Scene) -> None:
    scene.stand(bread=1)
    with scene.instance.working() as unit:
        standing.stop(unit, scene.key)
    with pytest.raises(Refused, match="arrêtée"):
        scene.skip(scene.first)
    scene.run(scene.first)
    assert scene.ordered() == {}
