"""Changing a signed contract: baskets, money and books go together, and each change has its way back."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contracts.changing import a_changeable_offer, a_contract, deliveries_of, lines_of
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.domain.states import LineEffect
from courtil.services import contracts, deliveries, mail, offers, payments, people
from courtil.services.instance import Instance
from courtil.services.privacy import personal_archive
from courtil.services.unit import Unit
from courtil.store.deliveries import Delivery
from courtil.store.operations import LogEntry
from courtil.store.people import Household, Person
from courtil.testing.amap import mails
from courtil.testing.clock import Clock
from courtil_contracts.domain.changes import Money
from courtil_contracts.services import changes, handovers, hazards, privacy
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.hazards import Shortfall
from courtil_contracts.services.terms import renewed, terms_of
from courtil_contracts.tables import ChangeState, ContractChange
from subscriptions import products_of


@dataclass
class Season:
    """A contract of Lantier and one of Macquart under the same offer, with their deliveries."""

    instance: Instance
    clock: Clock
    offer_id: int
    contract_id: int
    person: Person
    other_id: int
    other: Person
    days: list[int] = field(default_factory=list)

    def make(self, kind: str, place: int = 0, **wish: object) -> int:
        """Make the change at the delivery of this place; its key."""
        with self.instance.working() as unit:
            wanted = Wish(kind, self.days[place], **wish)  # type: ignore[arg-type]
            return changes.make(unit, self.contract_id, wanted).id

    def ask(self, place: int = 0, target: int | None = None) -> int:
        with self.instance.working() as unit:
            target_id = None if target is None else self.days[target]
            wish = Wish("handover", self.days[place], target_id, self.other.household_id)
            return handovers.ask(unit, self.contract_id, wish).id

    def undo(self, change_id: int) -> None:
        with self.instance.working() as unit:
            handovers.undo(unit, change_id)

    def lines(self) -> list[tuple[int, str]]:
        with self.instance.reading() as reader:
            return lines_of(contracts.contract(reader, self.contract_id))

    def worth(self) -> int:
        with self.instance.reading() as reader:
            return contracts.worth(contracts.contract(reader, self.contract_id))

    def state(self, change_id: int) -> ChangeState:
        with self.instance.reading() as reader:
            return reader.get(ContractChange, change_id).state

    def agrees(self) -> bool:
        with self.instance.reading() as reader:
            return payments.agreement(reader) == []

    def day_before(self, place: int, days: int) -> None:
        """Let it be so many days before a delivery."""
        with self.instance.reading() as reader:
            day = deliveries.delivery(reader, self.days[place]).distribution.day
        self.clock.set(day - timedelta(days=days))


NewSeason = Callable[..., Season]
Sent = Callable[[Instance], list[str]]


@pytest.fixture
def sent() -> Sent:
    """Every mail so far but for signatures, as `address: subject`, once the jobs that are due have run."""

    def read(instance: Instance) -> list[str]:
        instance.run_jobs((mail.job(instance.config),))
        subjects = [(one["To"].addresses[0].addr_spec, one["Subject"]) for one in mails(instance)]
        told = [f"{to}: {subject.split('] ', 1)[1]}" for to, subject in subjects]
        return [one for one in told if "Votre contrat" not in one]

    return read


@pytest.fixture
def new_season(with_contracts: Instance, clock: Clock) -> NewSeason:
    def made(*kinds: str, baskets: int = 1, stock: int | None = None, **bounds: object) -> Season:
        with with_contracts.working() as unit:
            offer_id = a_changeable_offer(unit, *kinds, stock=stock, **bounds)
            mine, person = a_contract(unit, offer_id, "Lantier", baskets)
            theirs, other = a_contract(unit, offer_id, "Macquart", baskets)
            return Season(
                with_contracts, clock, offer_id, mine, person, theirs, other, deliveries_of(unit, mine)
            )  # fmt: skip

    return made


@pytest.fixture
def season(new_season: NewSeason) -> Season:
    return new_season()


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


def test_a_handover_changes_nothing_until_it_is_accepted(season: Season) -> None:
    key = season.ask()
    with season.instance.reading() as reader:
        evening = reader.get(Delivery, season.days[0]).distribution_id
        assert handovers.of_evening(reader, evening) == []
        [asked] = handovers.requests(reader, season.other.household_id or 0)
        assert (asked.giver, asked.words, asked.back) == ("Lantier", "1\u00a0×\u00a0Panier moyen", None)
        assert handovers.requests(reader, season.person.household_id or 0) == []
    with season.instance.working() as unit:
        handovers.accept(unit, key, season.other.household_id or 0)
    with season.instance.reading() as reader:
        assert [(one.giver, one.taker) for one in handovers.of_evening(reader, evening)] == [("Lantier", "Macquart")]
    assert (season.lines(), season.worth(), season.agrees()) == ([(1, "due")] * 4, 5_000, True)


def test_only_the_household_that_is_asked_answers(season: Season) -> None:
    key = season.ask()
    for answer in (handovers.accept, handovers.decline):
        with season.instance.working() as unit, pytest.raises(NotFound):
            answer(unit, key, season.person.household_id or 0)
    with season.instance.working() as unit:
        handovers.decline(unit, key, season.other.household_id or 0)
    with season.instance.working() as unit, pytest.raises(Refused, match="déjà sa réponse"):
        handovers.accept(unit, key, season.other.household_id or 0)
    season.make("absence", 0)


def test_a_basket_that_is_proposed_does_not_change_otherwise(season: Season) -> None:
    key = season.ask()
    with pytest.raises(Refused, match="n’a pas encore répondu"):
        season.make("absence", 0)
    season.undo(key)
    with season.instance.working() as unit, pytest.raises(Refused, match="déjà sa réponse"):
        handovers.accept(unit, key, season.other.household_id or 0)
    season.make("absence", 0)


def test_an_exchange_is_two_baskets_and_binds_both(season: Season) -> None:
    key = season.ask(0, 1)
    with season.instance.working() as unit:
        handovers.accept(unit, key, season.other.household_id or 0)
    with season.instance.reading() as reader:
        found = [(one.giver, one.taker) for one in handovers.coming(reader, season.person.household_id or 0)]
        assert found == [("Lantier", "Macquart"), ("Macquart", "Lantier")]
        evening = reader.get(Delivery, season.days[1]).distribution_id
        assert [(one.giver, one.taker) for one in handovers.of_evening(reader, evening)] == [("Macquart", "Lantier")]
    with season.instance.working() as unit, pytest.raises(Refused, match="Lantier prend ce panier"):
        changes.make(unit, season.other_id, Wish("absence", season.days[1]))
    season.undo(key)
    with season.instance.working() as unit:
        changes.make(unit, season.other_id, Wish("absence", season.days[1]))


def test_no_exchange_for_a_basket_that_is_not_there(season: Season) -> None:
    with season.instance.working() as unit:
        changes.make(unit, season.other_id, Wish("absence", season.days[1]))
    with pytest.raises(Refused, match="pas de panier à échanger"):
        season.ask(0, 1)
    key = season.ask(0, 2)
    with season.instance.working() as unit:
        changes.make(unit, season.other_id, Wish("absence", season.days[2]))
    with season.instance.working() as unit, pytest.raises(Refused, match="pas de panier à échanger"):
        handovers.accept(unit, key, season.other.household_id or 0)


def test_a_basket_that_does_not_come_is_not_taken(season: Season) -> None:
    key = season.ask()
    with season.instance.working() as unit:
        deliveries.cancel(unit, season.days[0], LineEffect.KEPT)
    with season.instance.working() as unit, pytest.raises(Refused, match="ne vient plus"):
        handovers.accept(unit, key, season.other.household_id or 0)


def test_a_household_is_found_by_its_name_a_person_or_an_address(season: Season) -> None:
    mine = season.person.household_id or 0
    with season.instance.working() as unit:
        people.index(unit.get(Person, season.other.id))
        unit.session.flush()
        for text in ("macquart", " MACQUART ", "Ana Macquart", (season.other.email or "").upper()):
            assert handovers.household_named(unit, text, mine).id == season.other.household_id
        for text, says in (("Nobody", "Aucun foyer"), ("", "Aucun foyer"), ("Lantier", "votre propre foyer")):
            with pytest.raises(Refused, match=says):
                handovers.household_named(unit, text, mine)
        unit.add(Household(name="Macquart", search="macquart"))
        with pytest.raises(Refused, match="Plusieurs foyers"):
            handovers.household_named(unit, "Macquart", mine)


def test_mail_goes_to_who_is_asked_then_to_who_asked(season: Season, sent: Sent) -> None:
    key = season.ask(0, 1)
    assert sent(season.instance) == [f"{season.other.email}: Un panier vous est proposé"]
    with season.instance.working() as unit:
        handovers.accept(unit, key, season.other.household_id or 0)
    assert sent(season.instance)[1:] == [f"{season.person.email}: Votre panier est pris"]
    season.undo(key)
    assert sorted(sent(season.instance)[2:]) == sorted(
        f"{one.email}: Panier : finalement non" for one in (season.person, season.other)
    )


def a_shortfall(season: Season, money: Money = Money.CREDITED, fewer: int = 1, target: int | None = None) -> Shortfall:
    with season.instance.reading() as reader:
        basket, _honey = products_of(reader, season.offer_id)
    return Shortfall(season.days[0], basket, fewer, money, None if target is None else season.days[target], "Gel")


def test_a_hazard_takes_as_many_off_everybody_and_gives_back(new_season: NewSeason) -> None:
    season = new_season(baskets=2)
    with season.instance.working() as unit:
        seen = hazards.plan(unit, a_shortfall(season))
        assert [(one.household, one.lost) for one in seen.parts] == [("Lantier", 1), ("Macquart", 1)]
        assert (seen.lost, seen.given_back) == (2, 2_500)
        key = hazards.hazard(unit, a_shortfall(season), seen.stamp).id
    assert season.lines()[0] == (1, "due")
    assert (season.worth(), season.agrees()) == (10_000 - 1_250, True)
    with season.instance.working() as unit:
        hazards.undo(unit, key)
    assert (season.lines()[0], season.worth(), season.agrees()) == ((2, "due"), 10_000, True)


def test_a_hazard_that_stays_paid_leaves_what_is_owed(new_season: NewSeason) -> None:
    season = new_season(baskets=2)
    with season.instance.working() as unit:
        key = hazards.hazard(unit, a_shortfall(season, Money.KEPT)).id
    assert (season.lines()[0], season.worth(), season.agrees()) == ((1, "due"), 10_000, True)
    with season.instance.working() as unit:
        hazards.undo(unit, key)
        assert contracts.contract(unit, season.contract_id).charges == []
    assert (season.worth(), season.agrees()) == (10_000, True)


def test_what_is_made_up_comes_later_but_for_who_is_away(season: Season) -> None:
    with season.instance.working() as unit:
        changes.make(unit, season.other_id, Wish("absence", season.days[2]))
        wanted = a_shortfall(season, Money.MOVED, target=2)
        seen = hazards.plan(unit, wanted)
        assert [(one.household, one.instead) for one in seen.parts] == [("Lantier", False), ("Macquart", True)]
        key = hazards.hazard(unit, wanted).id
    assert season.lines() == [(1, "due"), (2, "due"), (1, "due")]
    assert season.agrees()
    with season.instance.working() as unit:
        hazards.undo(unit, key)
    assert (season.lines(), season.agrees()) == ([(1, "due")] * 4, True)


def test_a_hazard_is_said_once_as_it_was_seen(new_season: NewSeason) -> None:
    season = new_season(baskets=4)
    with season.instance.working() as unit:
        stamp = hazards.plan(unit, a_shortfall(season)).stamp
        hazards.hazard(unit, a_shortfall(season), stamp)
    with season.instance.working() as unit, pytest.raises(Stale):
        hazards.hazard(unit, a_shortfall(season), stamp)


def test_a_hazard_leaves_contracts_that_have_ended_and_says_so(season: Season) -> None:
    with season.instance.working() as unit:
        last = deliveries.delivery(unit, season.days[0]).distribution.day
        contracts.terminate(unit, season.other_id, last, "départ", credit=True)
        assert hazards.plan(unit, a_shortfall(season)).out == ["Macquart"]
        hazards.hazard(unit, a_shortfall(season))
    assert season.agrees()


@pytest.mark.parametrize(("fewer", "target", "says"), [(0, 1, "de 1 à 99"), (1, None, "à venir"), (1, 0, "à venir")])
def test_a_hazard_that_cannot_be_is_refused(season: Season, fewer: int, target: int | None, says: str) -> None:
    with season.instance.working() as unit, pytest.raises(Refused, match=says):
        hazards.plan(unit, a_shortfall(season, Money.MOVED, fewer, target))


def test_a_hazard_is_not_taken_back_once_it_was_made_up_or_something_depends_on_it(season: Season) -> None:
    with season.instance.working() as unit:
        key = hazards.hazard(unit, a_shortfall(season, Money.MOVED, target=2)).id
    later = season.make("absence", 2)
    with season.instance.working() as unit, pytest.raises(Refused, match="du foyer Lantier"):
        hazards.undo(unit, key)
    season.undo(later)
    season.day_before(2, -1)
    with season.instance.working() as unit, pytest.raises(Refused, match="a eu lieu"):
        hazards.undo(unit, key)


def test_mail_about_a_hazard_waits_a_minute_for_an_undo(season: Season, sent: Sent) -> None:
    season.clock.set(season.clock())
    with season.instance.working() as unit:
        key = hazards.hazard(unit, a_shortfall(season)).id
    assert sent(season.instance) == []
    with season.instance.working() as unit:
        hazards.undo(unit, key)
    season.clock.forward(minutes=2)
    assert sent(season.instance) == []
    with season.instance.working() as unit:
        key = hazards.hazard(unit, a_shortfall(season)).id
    season.clock.forward(minutes=2)
    both = {season.person.email, season.other.email}
    assert {line.split(":")[0] for line in sent(season.instance)} == both
    with season.instance.working() as unit:
        hazards.undo(unit, key)
    assert [line.split(": ")[1] for line in sent(season.instance)[2:]] == ["Rien ne manquera"] * 2


def test_what_is_kept_about_her_is_given_and_forgotten_with_her(season: Season) -> None:
    key = season.make("absence", 0)
    with season.instance.working() as unit:
        unit.get(ContractChange, key).by_person_id = season.person.id
        unit.get(ContractChange, key).note = "Je suis à l’hôpital"
    with season.instance.reading() as reader:
        [record] = privacy.records(season.person.id, reader)
        assert record.values["Mot"] == "Je suis à l’hôpital"
        assert privacy.records(season.other.id, reader) == []
        assert personal_archive(reader, season.person.id)
    with season.instance.working() as unit:
        privacy.forget(season.person.id, unit)
    with season.instance.reading() as reader:
        found = reader.get(ContractChange, key)
        assert (found.by_person_id, found.note) == (None, "")


def one_step(season: Season, unit: Unit, data: st.DataObject) -> None:
    delivery = data.draw(st.sampled_from(season.days))
    mine = data.draw(st.sampled_from([season.contract_id, season.other_id]))
    home = season.other.household_id if mine == season.contract_id else season.person.household_id
    query = select(ContractChange).where(ContractChange.contract_id.in_([season.contract_id, season.other_id]))
    made = list(unit.all(query.where(ContractChange.hazard_id.is_(None)).order_by(ContractChange.id)))
    kinds = ["absence", "report", "quantity", "donation", "ask", "answer", "undo", "undo", "hazard", "unhazard"]
    kinds += ["cancel", "restore", "terminate", "resume", "pay", "annul", "uncancel"]
    match data.draw(st.sampled_from(kinds)):
        case "absence" | "donation" as kind:
            changes.make(unit, mine, Wish(kind, delivery))
        case "report":
            changes.make(unit, mine, Wish("report", delivery, data.draw(st.sampled_from(season.days))))
        case "quantity":
            numbers = {key: data.draw(st.integers(0, 3)) for key in products_of(unit, season.offer_id)}
            changes.make(unit, mine, Wish("quantity", delivery, quantities=numbers))
        case "ask":
            target = data.draw(st.none() | st.sampled_from(season.days))
            handovers.ask(unit, mine, Wish("handover", delivery, target, home))
        case "answer" if made:
            one = data.draw(st.sampled_from(made))
            handovers.accept(unit, one.id, one.to_household_id or 0)
        case "undo" if made:
            handovers.undo(unit, data.draw(st.sampled_from(made)).id)
        case "hazard":
            product = products_of(unit, season.offer_id)[data.draw(st.integers(0, 1))]
            money = data.draw(st.sampled_from(hazards.MONEY))
            target = data.draw(st.sampled_from(season.days)) if money is Money.MOVED else None
            hazards.hazard(unit, Shortfall(delivery, product, data.draw(st.integers(1, 3)), money, target))
        case "unhazard":
            told = [one.id for place in season.days for one in hazards.of_delivery(unit, place)]
            if told:
                hazards.undo(unit, data.draw(st.sampled_from(told)))
        case other:
            one_step_of_the_core(season, unit, data, other, mine, delivery)


def one_step_of_the_core(season: Season, unit: Unit, data: st.DataObject, what: str, mine: int, delivery: int) -> None:
    match what:
        case "cancel":
            deliveries.cancel(unit, delivery, data.draw(st.sampled_from([LineEffect.KEPT, LineEffect.CREDITED])))
        case "restore":
            deliveries.restore(unit, delivery)
        case "terminate":
            day = unit.today + timedelta(days=data.draw(st.integers(0, 30)))
            contracts.terminate(unit, mine, day, "départ", credit=data.draw(st.booleans()))
        case "resume":
            contracts.resume(unit, mine)
        case "annul":
            contracts.cancel(unit, mine)
        case "uncancel":
            contracts.uncancel(unit, mine)
        case "pay":
            cents = data.draw(st.integers(1, 3_000))
            noted = payments.PaymentData(cents=cents, method="cheque", received_on=unit.today)
            payments.note(unit, mine, noted, f"key-{unit.now.isoformat()}-{cents}")


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_changed_contracts_books_and_deliveries_agree(new_season: NewSeason, data: st.DataObject) -> None:
    season = new_season(baskets=2, notice_days=0, money=data.draw(st.sampled_from(["kept", "credited"])))
    for _step in range(data.draw(st.integers(1, 10))):
        with suppress(Refused, NotFound), season.instance.working() as unit:
            one_step(season, unit, data)
        assert season.agrees()


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undone_in_reverse_all_is_as_it_was_signed(new_season: NewSeason, data: st.DataObject) -> None:
    season = new_season(baskets=2, notice_days=0, money=data.draw(st.sampled_from(["kept", "credited"])))
    before, made = season.lines(), []
    for _step in range(data.draw(st.integers(1, 5))):
        kind = data.draw(st.sampled_from(["absence", "report", "quantity", "donation"]))
        with season.instance.reading() as reader:
            numbers = {key: data.draw(st.integers(0, 3)) for key in products_of(reader, season.offer_id)}
        target = season.days[data.draw(st.integers(0, 3))] if kind == "report" else None
        with suppress(Refused):
            made.append(season.make(kind, data.draw(st.integers(0, 3)), target_id=target, quantities=numbers))
    for key in reversed(made):
        season.undo(key)
    assert (season.lines(), season.worth(), season.agrees()) == (before, 10_000, True)
