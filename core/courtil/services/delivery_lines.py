"""What a cancelled date changes in the contracts and in the books, and the way back."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import and_, not_, or_, update

from courtil.domain.dates import long_day
from courtil.domain.states import ContractState, LineEffect
from courtil.domain.words import N_
from courtil.services import books
from courtil.services.due import DueLine, binding_lines
from courtil.services.unit import Unit
from courtil.store.contracts import DELIVERY, TERMINATION, Contract, ContractLine
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
    _set(unit, lines, effect=effect, cause=DELIVERY)
    if effect is LineEffect.CREDITED:
        for found in cancelled:
            label = N_("Livraison annulée : %(day)s") % {"day": long_day(found.distribution.day, "fr")}
            _settle(unit, found, label, [line for line in lines if line.delivery_id == found.id], -1)
    return {key: by_household(line for line in lines if line.delivery_id == key) for key in ids}


def due_again(unit: Unit, restored: Delivery) -> None:
    """Make what its cancellation took away due and owed again; of contracts that have ended since, it stays away."""
    goes_on = or_(Contract.state != ContractState.TERMINATED, Contract.ended_on >= restored.distribution.day)
    here = and_(Delivery.id == restored.id, ContractLine.cause == DELIVERY)
    rows = {
        effect: [DueLine(*row) for row in unit.rows(binding_lines(ContractLine.effect == effect, here, goes_on))]
        for effect in (LineEffect.KEPT, LineEffect.CREDITED)
    }
    ended = [DueLine(*row) for row in unit.rows(binding_lines(here, not_(goes_on)))]
    _set(unit, ended, cause=TERMINATION)
    for lines in rows.values():
        _set(unit, lines, effect=LineEffect.DUE, cause="")
    label = N_("Livraison rétablie : %(day)s") % {"day": long_day(restored.distribution.day, "fr")}
    _settle(unit, restored, label, rows[LineEffect.CREDITED], 1)


def by_household(lines: Iterable[DueLine]) -> dict[int, int]:
    """Cents of the lines by household."""
    shares: dict[int, int] = {}
    for line in lines:
        shares[line.household_id] = shares.get(line.household_id, 0) + line.cents
    return shares


def _set(unit: Unit, lines: Sequence[DueLine], **values: str) -> None:
    if ids := [line.line_id for line in lines]:
        unit.execute(update(ContractLine).where(ContractLine.id.in_(ids)).values(**values))


def _settle(unit: Unit, delivery: Delivery, label: str, lines: Sequence[DueLine], sign: int) -> None:
    """One entry for each contract: its lines' price, owed to the farm (1) or given back (-1)."""
    owed: dict[tuple[int, int], int] = {}
    for line in lines:
        key = (line.contract_id, line.household_id)
        owed[key] = owed.get(key, 0) + sign * line.cents
    farm = books.farm(delivery.farm_id)
    parts: list[tuple[int | None, list[books.Move]]] = [
        (contract, [(books.household(household), farm, cents)])
        for (contract, household), cents in owed.items()
        if cents
    ]
    if parts:
        books.move_each(unit, label, parts, delivery_id=delivery.id)
