"""Changing what a signed contract brings and costs: lines, effects and charges, with the books brought along.

Whoever changes something keeps what `amend` gives back: handed in again, it is the way back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from courtil.domain.contracts import Charge
from courtil.domain.events import ContractAmended
from courtil.domain.problems import Problem, Refused
from courtil.domain.states import BINDING, ContractState, DeliveryState, LineEffect
from courtil.domain.words import _
from courtil.plugin.payloads import Unit
from courtil.services import contracts
from courtil.services.availability import Cell
from courtil.services.limits import stock_problems
from courtil.store.contracts import DELIVERY, TERMINATION, Contract, ContractCharge, ContractLine
from courtil.store.deliveries import Delivery

AMENDABLE = (ContractState.SIGNED_MEMBER, ContractState.SIGNED_FARM, ContractState.ACTIVE)


@dataclass(frozen=True)
class LineNow:
    """What a line is, or shall be; a quantity of zero is no line. `cause` is empty for what is due."""

    quantity: int
    unit_cents: int
    effect: LineEffect = LineEffect.DUE
    cause: str = ""


NOTHING = LineNow(0, 0)


@dataclass(frozen=True)
class Amendment:
    """What to change: lines by product of the offer and delivery, and all charges unless they stay as they are."""

    lines: Mapping[Cell, LineNow] = field(default_factory=dict)
    charges: Sequence[Charge] | None = None


def amend(unit: Unit, contract_id: int, wanted: Amendment, what: str, *, ended: bool = False) -> Amendment:
    """Make a signed contract so, bring its total and the books along, and give back how it was.

    `what` is a French phrase for log and ledger; `ended` lets the charges alone of a contract change that has ended,
    early or not. Raises NotFound; Refused for a contract that does not bind any more, a line that a cancelled date or
    a termination took away, a lack of stock, or a total that is below zero once plugins have reacted.
    """
    found = contracts.held(unit, contract_id)
    if found.state not in (BINDING if ended and not wanted.lines else AMENDABLE):
        raise Refused(_("Ce contrat n’est pas en cours : il ne change plus."))
    before, worth = _as_it_is(found, wanted), contracts.worth(found)
    _check(unit, found, wanted)
    for cell, line in wanted.lines.items():
        _put(unit, found, cell, line)
    if wanted.charges is not None:
        unit.execute(delete(ContractCharge).where(ContractCharge.contract_id == found.id))
        unit.session.add_all(ContractCharge(contract_id=found.id, **charge._asdict()) for charge in wanted.charges)
    unit.session.flush()
    found = contracts.contract(unit, contract_id, fresh=True)
    found.total_cents = sum(line.quantity * line.unit_cents for line in found.lines)
    found.total_cents += sum(charge.cents for charge in found.charges)
    flag_modified(found, "total_cents")  # forms opened on the contract before are stale
    unit.session.flush()
    contracts.settle(unit, found, worth, what)
    _tell(unit, found, what, contracts.worth(found) - worth)
    if contracts.worth(found) < 0:
        raise Refused(_("Ce changement rendrait plus que le contrat ne coûte."))
    return before


def _as_it_is(found: Contract, wanted: Amendment) -> Amendment:
    now = {
        (line.offer_product_id, line.delivery_id): LineNow(line.quantity, line.unit_cents, line.effect, line.cause)
        for line in found.lines
    }
    charges = None if wanted.charges is None else [Charge(one.label, one.cents) for one in found.charges]
    return Amendment({cell: now.get(cell, NOTHING) for cell in wanted.lines}, charges)


def _check(unit: Unit, found: Contract, wanted: Amendment) -> None:
    known = {(line.offer_product_id, line.delivery_id): line for line in found.lines}
    differences: dict[Cell, int] = {}
    for cell, line in wanted.lines.items():
        had = known.get(cell)
        if had is not None and had.cause in (DELIVERY, TERMINATION):
            raise Refused(_("Cette livraison n’a pas lieu pour ce contrat : rien n’y change."))
        if unit.get(Delivery, cell[1]).state == DeliveryState.CANCELLED:
            raise Refused(_("Cette livraison est annulée : choisissez-en une autre."))
        due = had.quantity if had is not None and had.effect is LineEffect.DUE else 0
        if difference := (line.quantity if line.effect is LineEffect.DUE else 0) - due:
            differences[cell] = difference
    if problems := stock_problems(unit, found.offer, differences):
        raise Refused(*(Problem(problem.message) for problem in problems))


def _put(unit: Unit, found: Contract, cell: Cell, line: LineNow) -> None:
    product, delivery = cell
    here = (ContractLine.contract_id == found.id, ContractLine.offer_product_id == product)
    unit.execute(delete(ContractLine).where(*here, ContractLine.delivery_id == delivery))
    if line.quantity:
        unit.session.add(
            ContractLine(
                contract_id=found.id, offer_product_id=product, delivery_id=delivery, quantity=line.quantity,
                unit_cents=line.unit_cents, effect=line.effect, cause=line.cause,
            )
        )  # fmt: skip


def _tell(unit: Unit, found: Contract, what: str, difference: int) -> None:
    unit.record(
        ContractAmended(
            contract_id=found.id, household=found.household.name, offer=found.offer.name, what=what,
            difference=difference,
        )
    )  # fmt: skip
