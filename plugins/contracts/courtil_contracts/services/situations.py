"""A contract as changes see it: its lines, what was changed already, and how that is kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from courtil.api import (
    MOST_BASKETS,
    NOTHING,
    Charge,
    Contract,
    ContractLine,
    DeliveryState,
    Household,
    LineEffect,
    LineNow,
    Reader,
    _,
    matrix,
)
from courtil_contracts.domain.changes import Held, Kind, Place, Situation
from courtil_contracts.services.terms import terms_of
from courtil_contracts.tables import ACTIVE, ChangeState, ContractChange


def situation(reader: Reader, found: Contract, *, by_hand: bool = False) -> Situation:
    """The contract today; `found` is loaded with all that belongs to it."""
    made = active_changes(reader, found.id)
    used: dict[str, int] = {}
    for one in made:
        used[one.kind] = used.get(one.kind, 0) + 1
    return Situation(
        lines=[held(line) for line in found.lines],
        cells=matrix(reader, found.offer_id),
        terms=terms_of(reader, found.offer_id),
        today=reader.today,
        joined_on=joined_on(found),
        products={one.id: one.product.name for one in found.offer.products},
        most={one.id: one.most or MOST_BASKETS for one in found.offer.products},
        charges=[Charge(one.label, one.cents) for one in found.charges],
        used=used,
        closed=frozenset(one.delivery_id for one in found.lines if one.delivery.state != DeliveryState.PLANNED),
        promised=_promised(reader, found, made),
        brought=_brought(made),
        composed=frozenset(one.delivery_id for one in made if one.kind is Kind.EXCHANGE and one.delivery_id),
        by_hand=by_hand,
    )


def joined_on(found: Contract) -> date:
    """The day on which the household signed."""
    return min((one.signed_at for one in found.signatures if one.party == "member"), default=found.created_at).date()


def held(line: ContractLine) -> Held:
    """A line with the day of its delivery."""
    return Held(
        line.offer_product_id, line.delivery_id, line.delivery.distribution.day, line.quantity, line.unit_cents,
        line.effect,
    )  # fmt: skip


def active_changes(reader: Reader, contract_id: int) -> Sequence[ContractChange]:
    """The changes of a contract that stand, the oldest first."""
    query = select(ContractChange).where(ContractChange.contract_id == contract_id, ContractChange.state.in_(ACTIVE))
    return reader.all(query.order_by(ContractChange.id))


def _promised(reader: Reader, found: Contract, made: Sequence[ContractChange]) -> dict[int, str]:
    """Baskets that the household gives away, each with why nothing else changes there."""
    homes = [one.to_household_id for one in made if one.to_household_id]
    names = dict(map(tuple, reader.rows(select(Household.id, Household.name).where(Household.id.in_(homes)))))
    told = {
        one.delivery_id: _promise(one, names.get(one.to_household_id, ""))
        for one in made
        if one.delivery_id and one.kind in ("donation", "handover")
    }
    return told | {delivery: _given_to(name) for delivery, name in _exchanged(reader, found)}


def _promise(one: ContractChange, name: str) -> str:
    if one.kind == "donation":
        return _("Vous avez donné ce panier.")
    if one.state is ChangeState.ACCEPTED:
        return _given_to(name)
    return _("Vous avez proposé ce panier au foyer %(name)s, qui n’a pas encore répondu.") % {"name": name}


def _given_to(name: str) -> str:
    return _("Le foyer %(name)s prend ce panier.") % {"name": name}


def _exchanged(reader: Reader, found: Contract) -> Sequence[tuple[int, str]]:
    """Baskets that the household gives in exchange for one it takes, each with the name of who takes it."""
    query = (
        select(ContractChange.target_delivery_id, Household.name)
        .join(Contract, Contract.id == ContractChange.contract_id)
        .join(Household, Household.id == Contract.household_id)
        .where(
            ContractChange.kind == "handover", ContractChange.state == ChangeState.ACCEPTED,
            ContractChange.to_household_id == found.household_id, Contract.offer_id == found.offer_id,
            ContractChange.target_delivery_id.is_not(None),
        )
    )  # fmt: skip
    return [(int(key), str(name)) for key, name in reader.rows(query)]


def _brought(made: Sequence[ContractChange]) -> dict[Place, int]:
    """What reports added to each line."""
    found: dict[Place, int] = {}
    for one in made:
        before, after = lines_of(one.before), lines_of(one.after)
        for place, line in after.items() if one.kind == "report" else ():
            if place[1] == one.target_delivery_id:
                more = line.quantity - before.get(place, NOTHING).quantity
                found[place] = found.get(place, 0) + more
    return found


def kept_lines(lines: Mapping[Place, LineNow], charges: Sequence[Charge] = ()) -> dict[str, Any]:
    """Lines and charges as JSON holds them; `lines_of` and `charges_of` read them."""
    rows = [[*place, one.quantity, one.unit_cents, one.effect.value, one.cause] for place, one in sorted(lines.items())]
    return {"lines": rows, "charges": [list(one) for one in charges]}


def lines_of(kept: Mapping[str, Any]) -> dict[Place, LineNow]:
    """The lines by product and delivery."""
    return {
        (product, delivery): LineNow(quantity, unit, LineEffect(effect), cause)
        for product, delivery, quantity, unit, effect, cause in kept.get("lines", ())
    }


def charges_of(kept: Mapping[str, Any]) -> list[Charge]:
    """What was added to charges."""
    return [Charge(label, cents) for label, cents in kept.get("charges", ())]


def touched(one: ContractChange) -> set[int]:
    """The deliveries that a change is about."""
    named = {key for key in (one.delivery_id, one.target_delivery_id) if key}
    return named | {delivery for _product, delivery in lines_of(one.after)}
