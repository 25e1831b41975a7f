"""The same order from an account at each delivery: kept, changed, stopped, skipped for a date, and placed in time."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import select

from courtil.api import (
    AMENDABLE,
    FRENCH,
    N_,
    Contract,
    NotFound,
    Problem,
    Reader,
    Refused,
    Unit,
    _,
    attempt,
    long_day,
    spoken,
)
from courtil_contracts.services import orders
from courtil_contracts.services.changes import tell
from courtil_contracts.services.letters import send
from courtil_contracts.services.orders import Account, held_account, order_lines
from courtil_contracts.tables import StandingDate, StandingOrder

PLACES = "contracts.place_standing"


def standing(reader: Reader, contract_id: int) -> StandingOrder | None:
    """What the household orders at each delivery, stopped or not."""
    return reader.session.get(StandingOrder, contract_id)


def quantities_of(row: StandingOrder | None) -> dict[int, int]:
    """How many of each product of the offer."""
    return {int(key): number for key, number in row.quantities.items()} if row is not None else {}


def state_at(row: StandingOrder, delivery_id: int) -> str:
    """What became of the order at a delivery; empty while nothing has."""
    return str(row.dates.get(str(delivery_id), ""))


def keep(unit: Unit, contract_id: int, quantities: Mapping[int, int], version: int | None = None) -> StandingOrder:
    """Order this from now on, as long as nothing is ordered by hand. Raises NotFound, Stale, Refused."""
    known = held_account(unit, contract_id, version)
    _check(known, quantities)
    chosen = {str(key): number for key, number in quantities.items() if number}
    values = {
        "quantities": chosen, "active": True, "at": unit.now,
        "by_person_id": unit.actor.person_id if unit.actor else None,
    }  # fmt: skip
    row = unit.session.get(StandingOrder, contract_id)
    if row is None:
        row = unit.add(StandingOrder(contract_id=contract_id, **values))
    for name, value in values.items():
        setattr(row, name, value)
    unit.session.flush()
    tell(unit, known.contract, N_("la même commande à chaque livraison"))
    _place(unit, contract_id)
    return row


def _check(known: Account, quantities: Mapping[int, int]) -> None:
    """Raise Refused for what could not be ordered at the next date, NotFound for what is not of the offer."""
    if known.contract.state not in AMENDABLE:
        raise Refused(_("Ce contrat n’est pas en cours : il ne change plus."))
    if not quantities.keys() <= {one.id for one in known.contract.offer.products}:
        raise NotFound("product")
    if not any(quantities.values()):
        raise Refused(Problem(_("Choisissez au moins un produit."), "standing"))
    for delivery in list(known.open_days)[:1]:
        order_lines(known, delivery, coming(known, delivery, quantities))


def coming(known: Account, delivery_id: int, quantities: Mapping[int, int]) -> dict[int, int]:
    """What of an order comes at a delivery."""
    here = {cell.offer_product_id for cell in known.cells if cell.delivery_id == delivery_id}
    return {key: number for key, number in quantities.items() if key in here and number}


def foreseen(known: Account, row: StandingOrder) -> dict[int, bool]:
    """Whether the account as it stands pays for this order, by delivery to come that has neither order nor answer."""
    left, found = int(known.balance), dict[int, bool]()
    ordered = {delivery for _product, delivery in known.ordered}
    for delivery in known.open_days:
        if delivery not in ordered and not state_at(row, delivery):
            cost = _cost(known, delivery, quantities_of(row))
            found[delivery] = cost is not None and cost <= left
            left -= cost or 0 if found[delivery] else 0
    return found


def _cost(known: Account, delivery_id: int, quantities: Mapping[int, int]) -> int | None:
    """In cents; None for what may not be ordered so."""
    try:
        lines = order_lines(known, delivery_id, coming(known, delivery_id, quantities))
    except Refused:
        return None
    return sum(line.quantity * line.unit_cents for line in lines.values())


def resume(unit: Unit, contract_id: int) -> None:
    """Order it again from today on. Raises NotFound."""
    known, row = held_account(unit, contract_id), unit.get(StandingOrder, contract_id)
    if not row.active:
        row.active, row.at = True, unit.now
        unit.session.flush()
        tell(unit, known.contract, N_("la même commande à chaque livraison"))
        _place(unit, contract_id)


def stop(unit: Unit, contract_id: int) -> None:
    """Order nothing by itself any more, `resume` takes it back; what was ordered stays. Raises NotFound."""
    known, row = held_account(unit, contract_id), unit.get(StandingOrder, contract_id)
    if row.active:
        row.active = False
        unit.session.flush()
        tell(unit, known.contract, N_("plus de commande d’office"))


def skip(unit: Unit, contract_id: int, delivery_id: int, *, skipped: bool) -> None:
    """Leave one delivery out, or take it in again. Raises NotFound; Refused when it is too late."""
    known, row = held_account(unit, contract_id), unit.get(StandingOrder, contract_id)
    day = next((cell.day for cell in known.cells if cell.delivery_id == delivery_id), None)
    if day is None:
        raise NotFound(f"delivery {delivery_id}")
    if not row.active:
        raise Refused(_("Cette commande est arrêtée : demandez-la de nouveau."))
    if delivery_id not in known.open_days or state_at(row, delivery_id) not in ("", StandingDate.SKIPPED):
        raise Refused(_("Trop tard pour le %(day)s : changez plutôt la commande.") % {"day": long_day(day)})
    dates = {key: state for key, state in row.dates.items() if key != str(delivery_id)}
    row.dates = dates | ({str(delivery_id): StandingDate.SKIPPED.value} if skipped else {})
    unit.session.flush()
    what = N_("pas de commande d’office le %(day)s") if skipped else N_("de nouveau une commande d’office le %(day)s")
    tell(unit, known.contract, what % {"day": long_day(day, "fr")})
    _place(unit, contract_id)


def ask(unit: Unit) -> None:
    """Each day: let the orders that stand be placed, one job for each offer, which holds no other."""
    standing_ones = select(Contract.offer_id).join(StandingOrder, StandingOrder.contract_id == Contract.id)
    for offer_id in unit.all(standing_ones.where(StandingOrder.active).distinct().order_by(Contract.offer_id)):
        unit.enqueue(PLACES, offer_id=offer_id)


def place(unit: Unit, offer_id: int) -> None:
    """Order what stands for the deliveries whose last day to order has come and that have no order yet."""
    query = select(Contract.id).join(StandingOrder, StandingOrder.contract_id == Contract.id)
    query = query.where(Contract.offer_id == offer_id, StandingOrder.active, Contract.state.in_(AMENDABLE))
    for contract_id in unit.all(query.order_by(Contract.id)):
        _place(unit, contract_id)


def _place(unit: Unit, contract_id: int) -> None:
    known, row = held_account(unit, contract_id), unit.locked(StandingOrder, contract_id)
    if not row.active:
        return
    ordered = {line.delivery_id for line in known.contract.lines}
    since = unit.day_of(row.at)
    for day, delivery in sorted({(cell.day, cell.delivery_id) for cell in known.cells}):
        wanted = coming(known, delivery, quantities_of(row))
        its_time = since <= known.last_day(day) <= unit.today
        if its_time and wanted and delivery not in ordered and not state_at(row, delivery):
            problems = attempt(unit, partial(orders.order, unit, contract_id, delivery, wanted))
            state = StandingDate.MISSED if problems else StandingDate.ORDERED
            row.dates = row.dates | {str(delivery): state.value}
            unit.session.flush()
            if problems:
                _write(unit, known, long_day(day, "fr"), problems)


@spoken(FRENCH)
def _write(unit: Unit, known: Account, day: str, problems: list[Problem]) -> None:
    words = {"offer": known.contract.offer.name, "day": day, "why": " ".join(one.message for one in problems)}
    sentences = [
        _("Votre commande habituelle « %(offer)s » du %(day)s n’est pas passée. %(why)s") % words,
        _("Ce jour-là, rien n’est commandé pour vous. Les suivantes passent si le compte suffit."),
    ]
    send(unit, known.contract.household_id, _("Pas de commande le %(day)s") % words, sentences)
