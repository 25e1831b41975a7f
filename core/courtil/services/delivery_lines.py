"""What a cancelled date changes in the contracts and in the books, and the way back."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.orm import aliased

from courtil.domain.dates import long_day
from courtil.domain.states import ContractState, LineEffect
from courtil.domain.words import _
from courtil.services import books
from courtil.services.due import DueLine, binding_lines
from courtil.services.unit import Unit
from courtil.store.books import Entry
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery

Shares = Mapping[int, Mapping[int, int]]
"""Cents by household, by delivery."""


def not_handed_out(unit: Unit, cancelled: Sequence[Delivery], effect: LineEffect) -> Shares:
    """Give the due lines of these deliveries their effect; CREDITED moves their price from farm to household.

    One entry in the books for each contract. Returns what each household's lines were worth.
    """
    ids = [found.id for found in cancelled]
    rows = unit.rows(binding_lines(ContractLine.effect == LineEffect.DUE, Delivery.id.in_(ids)))
    lines = [DueLine(*row) for row in rows]
    _set_effect(unit, lines, effect)
    if effect is LineEffect.CREDITED:
        for found in cancelled:
            _give_back(unit, found, [line for line in lines if line.delivery_id == found.id])
    return {key: by_household([line for line in lines if line.delivery_id == key]) for key in ids}


def due_again(unit: Unit, restored: Delivery) -> None:
    """Undo `not_handed_out` for one delivery; what a termination took away stays away."""
    ended = (Contract.state == ContractState.TERMINATED) & (Contract.ended_on <= restored.distribution.day)
    query = binding_lines(
        ContractLine.effect != LineEffect.DUE, Delivery.id == restored.id, or_(~ended, ended.is_(None))
    )
    lines = [DueLine(*row) for row in unit.rows(query)]
    _set_effect(unit, lines, LineEffect.DUE)
    reversal = aliased(Entry)
    entries = (
        select(Entry.id)
        .outerjoin(reversal, reversal.reverses_id == Entry.id)
        .where(Entry.delivery_id == restored.id, Entry.reverses_id.is_(None), reversal.id.is_(None))
        .where(Entry.contract_id.in_({line.contract_id for line in lines}))
        .order_by(Entry.id)
    )
    if found := unit.all(entries):
        day = long_day(restored.distribution.day)
        books.reverse_each(unit, found, _("Livraison rétablie : %(day)s") % {"day": day})


def by_household(lines: Sequence[DueLine]) -> dict[int, int]:
    """Cents of the lines by household."""
    shares: dict[int, int] = {}
    for line in lines:
        shares[line.household_id] = shares.get(line.household_id, 0) + line.cents
    return shares


def _set_effect(unit: Unit, lines: Sequence[DueLine], effect: LineEffect) -> None:
    ids = [line.line_id for line in lines]
    unit.execute(update(ContractLine).where(ContractLine.id.in_(ids)).values(effect=effect))


def _give_back(unit: Unit, cancelled: Delivery, lines: Sequence[DueLine]) -> None:
    owed: dict[tuple[int, int], int] = {}
    for line in lines:
        key = (line.contract_id, line.household_id)
        owed[key] = owed.get(key, 0) + line.cents
    farm = books.farm(cancelled.farm_id)
    parts: list[tuple[int | None, list[books.Move]]] = [
        (contract, [(farm, books.household(household), cents)])
        for (contract, household), cents in owed.items()
        if cents
    ]
    label = _("Livraison annulée : %(day)s") % {"day": long_day(cancelled.distribution.day)}
    books.move_each(unit, label, parts, delivery_id=cancelled.id)
