"""What holds whatever is changed: contracts, books and deliveries agree, and undoing leads back."""

from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contracts.changing import NewSeason, Season
from courtil.domain.problems import NotFound, Refused
from courtil.domain.states import LineEffect
from courtil.services import contracts, deliveries, payments
from courtil.services.unit import Unit
from courtil_contracts.domain.changes import Money
from courtil_contracts.services import changes, handovers, hazards
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.hazards import Shortfall
from courtil_contracts.tables import ContractChange
from subscriptions import products_of


def one_step(season: Season, unit: Unit, data: st.DataObject) -> None:
    delivery = data.draw(st.sampled_from(season.days))
    mine = data.draw(st.sampled_from([season.contract_id, season.other_id]))
    home = season.other.household_id if mine == season.contract_id else season.person.household_id
    query = select(ContractChange).where(ContractChange.contract_id.in_([season.contract_id, season.other_id]))
    made = list(unit.all(query.where(ContractChange.hazard_id.is_(None)).order_by(ContractChange.id)))
    kinds = [
        "absence",
        "report",
        "quantity",
        "exchange",
        "donation",
        "ask",
        "answer",
        "undo",
        "undo",
        "hazard",
        "unhazard",
    ]
    kinds += ["cancel", "restore", "terminate", "resume", "pay", "annul", "uncancel"]
    match data.draw(st.sampled_from(kinds)):
        case "absence" | "donation" as kind:
            changes.make(unit, mine, Wish(kind, delivery))
        case "report":
            changes.make(unit, mine, Wish("report", delivery, data.draw(st.sampled_from(season.days))))
        case "quantity" | "exchange" as kind:
            numbers = {key: data.draw(st.integers(0, 3)) for key in products_of(unit, season.offer_id)}
            changes.make(unit, mine, Wish(kind, delivery, quantities=numbers))
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
    season = new_season(baskets=2, notice_days=0, points=(2, 1), money=data.draw(st.sampled_from(["kept", "credited"])))
    for _step in range(data.draw(st.integers(1, 10))):
        with suppress(Refused, NotFound), season.instance.working() as unit:
            one_step(season, unit, data)
        assert season.agrees()


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undone_in_reverse_all_is_as_it_was_signed(new_season: NewSeason, data: st.DataObject) -> None:
    season = new_season(baskets=2, notice_days=0, points=(2, 1), money=data.draw(st.sampled_from(["kept", "credited"])))
    before, made = season.lines(), []
    for _step in range(data.draw(st.integers(1, 5))):
        kind = data.draw(st.sampled_from(["absence", "report", "quantity", "exchange", "donation"]))
        with season.instance.reading() as reader:
            numbers = {key: data.draw(st.integers(0, 3)) for key in products_of(reader, season.offer_id)}
        target = season.days[data.draw(st.integers(0, 3))] if kind == "report" else None
        with suppress(Refused):
            made.append(season.make(kind, data.draw(st.integers(0, 3)), target_id=target, quantities=numbers))
    for key in reversed(made):
        season.undo(key)
    assert (season.lines(), season.worth(), season.agrees()) == (before, 10_000, True)
