"""Changing a signed contract: baskets, money and books go together, and each change has its way back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from contracts.changing import NewSeason, Season, a_contract
from courtil.domain.contracts import Charge
from courtil.domain.problems import Refused, Stale
from courtil.domain.states import LineEffect
from courtil.services import contracts, deliveries, offers
from courtil.services.privacy import personal_archive
from courtil.store.deliveries import Delivery
from courtil.store.operations import LogEntry
from courtil_contracts.services import changes, handovers, privacy
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.terms import renewed, terms_of
from courtil_contracts.tables import ChangeState, ContractChange
from subscriptions import products_of


def test_an_absence_that_stays_paid_and_its_way_back(season: Season) -> None:
    key = season.make("absence")
    assert season.lines() == [(1, "kept"), (1, "due"), (1, "due"), (1, "due")]
    assert (season.worth(), season.agrees()) == (5_000, True)
    season.undo(key)
    assert season.lines() == [(1, "due")] * 4
    assert (season.worth(), season.agrees(), season.state(key)) == (5_000, True, ChangeState.UNDONE)


def test_an_absence_that_is_given_back_lowers_what_is_owed(new_season: NewSeason) -> None:
    season = new_season("absence", money="credited")
    key = season.make("absence")
    assert (season.worth(), season.agrees()) == (3_750, True)
    season.undo(key)
    assert (season.worth(), season.agrees()) == (5_000, True)


def test_a_report_makes_a_double_delivery(season: Season) -> None:
    key = season.make("report", 0, target_id=season.days[2])
    assert season.lines() == [(1, "due"), (2, "due"), (1, "due")]
    assert (season.worth(), season.agrees()) == (5_000, True)
    season.undo(key)
    assert season.lines() == [(1, "due")] * 4


def test_quantities_from_a_date_on(season: Season) -> None:
    with season.instance.reading() as reader:
        basket, honey = products_of(reader, season.offer_id)
    key = season.make("quantity", 2, quantities={basket: 2, honey: 1})
    assert season.lines() == [(1, "due"), (1, "due"), (2, "due"), (1, "due"), (2, "due"), (1, "due")]
    assert (season.worth(), season.agrees()) == (5_000 + 2 * 1_250 + 2 * 700, True)
    season.undo(key)
    assert (season.worth(), season.lines()) == (5_000, [(1, "due")] * 4)


def test_a_basket_composed_anew_costs_the_same_and_its_way_back(new_season: NewSeason) -> None:
    season = new_season("exchange", points=(2, 1))
    with season.instance.reading() as reader:
        basket, honey = products_of(reader, season.offer_id)
    key = season.make("exchange", 1, quantities={basket: 0, honey: 2})
    assert season.lines() == [(1, "due"), (2, "due"), (1, "due"), (1, "due")]
    assert (season.worth(), season.agrees()) == (5_000, True)
    season.undo(key)
    assert (season.lines(), season.worth(), season.agrees()) == ([(1, "due")] * 4, 5_000, True)


def test_a_basket_of_another_worth_is_refused(new_season: NewSeason) -> None:
    season = new_season("exchange", points=(4, 3))
    with season.instance.reading() as reader:
        basket, honey = products_of(reader, season.offer_id)
    with pytest.raises(Refused, match="vaut 4 points, celui que vous composez 3 points : ajoutez-en pour 1 point"):
        season.make("exchange", 1, quantities={basket: 0, honey: 1})


def test_an_exchange_takes_no_more_than_the_farm_has(new_season: NewSeason) -> None:
    season = new_season("exchange", points=(1, 1), stock=2)
    with season.instance.working() as unit:
        basket, honey = products_of(unit, season.offer_id)
        mine, _person = a_contract(unit, season.offer_id, "Gervaise", baskets=0, honey=1)
    with season.instance.working() as unit, pytest.raises(Refused, match="reste plus"):
        changes.make(unit, mine, Wish("exchange", season.days[1], quantities={basket: 1, honey: 0}))


def test_more_than_the_farm_has_is_refused(new_season: NewSeason) -> None:
    season = new_season(stock=2)
    with season.instance.reading() as reader:
        basket, _honey = products_of(reader, season.offer_id)
        found = contracts.contract(reader, season.contract_id)
        with pytest.raises(Refused, match="reste plus"):
            changes.preview(reader, found, Wish("quantity", season.days[1], quantities={basket: 2}))
    with pytest.raises(Refused, match="reste plus"):
        season.make("quantity", 1, quantities={basket: 2})


def test_a_preview_says_what_will_be_paid_and_writes_nothing(new_season: NewSeason) -> None:
    season = new_season("absence", money="credited")
    with season.instance.reading() as reader:
        found = contracts.contract(reader, season.contract_id)
        seen = changes.preview(reader, found, Wish("absence", season.days[1]))
        assert (seen.before, seen.after) == (5_000, 3_750)
        assert seen.plan is not None
        assert sum(due.left for due in seen.plan.dues) == 3_750
    assert season.lines() == [(1, "due")] * 4


def test_a_donated_basket_is_brought_and_paid(season: Season) -> None:
    key = season.make("donation")
    assert (season.lines(), season.worth()) == ([(1, "due")] * 4, 5_000)
    with season.instance.reading() as reader:
        evening = reader.get(Delivery, season.days[0]).distribution_id
        assert [(one.giver, one.taker) for one in handovers.of_evening(reader, evening)] == [("Lantier", "")]
    with pytest.raises(Refused, match="donné ce panier"):
        season.make("absence")
    season.undo(key)
    season.make("absence")


def test_a_quota_counts_what_stands(new_season: NewSeason) -> None:
    season = new_season("absence", most=2)
    first = season.make("absence", 0)
    season.make("absence", 1)
    with pytest.raises(Refused, match="vos 2 absences"):
        season.make("absence", 2)
    season.undo(first)
    season.make("absence", 2)


def test_a_contract_that_allows_nothing_or_has_ended_shows_nothing(season: Season, new_season: NewSeason) -> None:
    with season.instance.working() as unit:
        found = contracts.contract(unit, season.contract_id)
        assert [one.open for one in changes.possible(unit, found)] == [True] * 4
        contracts.terminate(unit, season.contract_id, unit.today, "départ", credit=True)
        assert changes.possible(unit, contracts.contract(unit, season.contract_id)) == []
    with pytest.raises(Refused, match="pas en cours"):
        season.make("absence")


def test_next_season_keeps_the_part_of_the_season_in_which_changes_are_possible(new_season: NewSeason) -> None:
    season = new_season("absence", begins_on=date(2027, 7, 1), ends_on=date(2027, 8, 31))
    with season.instance.working() as unit:
        later = offers.copy(
            unit, season.offer_id, offers.offer(unit, season.offer_id).season_id, timedelta(weeks=52)
        ).id
        renewed(unit, season.offer_id, later)
    with season.instance.reading() as reader:
        [allowed] = terms_of(reader, later).changes
        assert (allowed.begins_on, allowed.ends_on) == (date(2028, 6, 29), date(2028, 8, 29))


def test_a_form_opened_before_another_change_is_stale(season: Season) -> None:
    with season.instance.reading() as reader:
        version = contracts.contract(reader, season.contract_id).version
    season.make("absence", 0)
    with season.instance.working() as unit, pytest.raises(Stale):
        changes.make(unit, season.contract_id, Wish("absence", season.days[1]), version=version)


def test_the_newest_change_is_undone_first(season: Season) -> None:
    reported = season.make("report", 0, target_id=season.days[1])
    away = season.make("absence", 1)
    with pytest.raises(Refused, match="plus récent"):
        season.undo(reported)
    season.undo(away)
    season.undo(reported)
    assert season.lines() == [(1, "due")] * 4


def test_a_basket_given_away_holds_the_report_that_brought_it(season: Season) -> None:
    reported = season.make("report", 0, target_id=season.days[1])
    given = season.make("donation", 1)
    with pytest.raises(Refused, match="plus récent"):
        season.undo(reported)
    season.undo(given)
    season.undo(reported)


def test_too_late_to_undo_what_the_farm_prepares_but_a_coordinator_may(season: Season) -> None:
    key = season.make("absence", 0)
    season.day_before(0, 2)
    with pytest.raises(Refused, match="Trop tard"):
        season.undo(key)
    with season.instance.working() as unit:
        changes.undo(unit, key, by_hand=True)
    assert season.lines()[0] == (1, "due")


def test_what_is_past_is_not_undone_by_anybody(season: Season) -> None:
    key = season.make("absence", 0)
    season.day_before(0, -1)
    with season.instance.working() as unit, pytest.raises(Refused, match="passée"):
        changes.undo(unit, key, by_hand=True)


def test_undone_once(season: Season) -> None:
    key = season.make("absence", 0)
    season.undo(key)
    with pytest.raises(Refused, match="plus en cours"):
        season.undo(key)


def test_a_cancelled_date_takes_nothing_back_that_an_absence_took(season: Season) -> None:
    key = season.make("absence", 0)
    with season.instance.working() as unit:
        deliveries.cancel(unit, season.days[0], LineEffect.CREDITED)
    with pytest.raises(Refused, match="annulée"):
        season.undo(key)
    with season.instance.working() as unit:
        deliveries.restore(unit, season.days[0])
    season.undo(key)
    assert (season.lines(), season.agrees()) == ([(1, "due")] * 4, True)


def test_the_log_says_what_changed(season: Season) -> None:
    season.make("report", 0, target_id=season.days[2])
    season.make("donation", 1)
    with season.instance.reading() as reader:
        found = reader.session.query(LogEntry).filter(LogEntry.kind == "ContractAmended").order_by(LogEntry.id)
        told = [entry.sentence for entry in found]
    assert ["reporté" in told[0], "donné" in told[1]] == [True, True]


def test_two_at_once_for_the_last_basket_and_one_gets_it(new_season: NewSeason) -> None:
    season = new_season(stock=3)
    with season.instance.reading() as reader:
        basket, _honey = products_of(reader, season.offer_id)

    def more(contract_id: int) -> bool:
        try:
            with season.instance.working() as unit:
                changes.make(unit, contract_id, Wish("quantity", season.days[0], quantities={basket: 2}))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(more, (season.contract_id, season.other_id))) == [False, True]
    assert season.agrees()


def test_what_is_kept_about_her_is_given_and_forgotten_with_her(season: Season) -> None:
    key = season.make("absence", 0)
    with season.instance.working() as unit:
        unit.get(ContractChange, key).by_person_id = season.person.id
        unit.get(ContractChange, key).note = "Je suis à l’hôpital"
    with season.instance.reading() as reader:
        record, _its_amendment = privacy.records(season.person.id, reader)
        assert record.values["Mot"] == "Je suis à l’hôpital"
        assert privacy.records(season.other.id, reader) == []
        assert personal_archive(reader, season.person.id)
    with season.instance.working() as unit:
        privacy.forget(season.person.id, unit)
    with season.instance.reading() as reader:
        found = reader.get(ContractChange, key)
        assert (found.by_person_id, found.note) == (None, "")


def test_two_charges_of_one_name_are_both_kept() -> None:
    """A shift of charges loses no cent."""
    found = SimpleNamespace(charges=[Charge("Bocaux", 500), Charge("Bocaux", 300), Charge("Transport", 200)])
    after = changes.shifted(found, [Charge("Transport", -200), Charge("Panier prêt", 70)])  # type: ignore[arg-type]
    assert sum(one.cents for one in after) == 500 + 300 + 70
