"""A hazard: fewer of a product than promised at a delivery, given back, kept by the farm, or made up at a later one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from courtil.api import (
    AMENDABLE,
    BINDING,
    N_,
    Contract,
    ContractLine,
    Delivery,
    DeliveryState,
    Distribution,
    Farm,
    Household,
    LineEffect,
    NotFound,
    Offer,
    OfferProduct,
    Problem,
    Product,
    Reader,
    Refused,
    Stale,
    Unit,
    _,
    find_contract,
    format_euros,
    held_contract,
    hold_back,
    long_day,
    matrix,
    worth,
)
from courtil_contracts.domain.changes import Held, Kind, Money, Outcome
from courtil_contracts.domain.shortfalls import made_up, shortfall
from courtil_contracts.services import amendments, changes, letters
from courtil_contracts.services.situations import kept_lines
from courtil_contracts.tables import ACTIVE, ChangeState, ContractChange, ContractHazard

MONEY = (Money.CREDITED, Money.KEPT, Money.MOVED)
"""Given back, kept by the farm, or made up at a later delivery."""


@dataclass(frozen=True)
class Shortfall:
    """What is short: so many of a product of an offer for each household at a delivery, and what becomes of it."""

    delivery_id: int
    offer_product_id: int
    fewer: int
    money: Money
    target_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Part:
    """What it makes for one household; `instead`: it cannot be made up there, so it is given back."""

    contract_id: int
    household_id: int
    household: str
    lost: int
    outcome: Outcome
    instead: bool = False


@dataclass(frozen=True)
class Plan:
    """What a shortfall would do, household by household; `out` are contracts that have ended and stay as they are."""

    parts: Sequence[Part]
    out: Sequence[str]
    product: str
    farm: str
    day: date
    target: date | None
    stamp: str

    @property
    def lost(self) -> int:
        """How many pieces are not handed out that day."""
        return sum(one.lost for one in self.parts)

    @property
    def given_back(self) -> int:
        """Cents that households do not owe any more."""
        return -sum(one.outcome.difference for one in self.parts)


def products_at(reader: Reader, delivery_id: int) -> list[tuple[int, str]]:
    """The products of offers that are due at a delivery, with the offer where two have the same product."""
    query = (
        select(OfferProduct.id, Product.name, Offer.name)
        .join(Product, Product.id == OfferProduct.product_id)
        .join(Offer, Offer.id == OfferProduct.offer_id)
        .join(ContractLine, ContractLine.offer_product_id == OfferProduct.id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(
            ContractLine.delivery_id == delivery_id, ContractLine.effect == LineEffect.DUE,
            Contract.state.in_(AMENDABLE),
        )
        .distinct()
        .order_by(Offer.name, Product.name, OfferProduct.id)
    )  # fmt: skip
    rows = reader.rows(query)
    names = [name for _key, name, _offer in rows]
    return [(key, name if names.count(name) == 1 else f"{name} ({offer})") for key, name, offer in rows]


def later(reader: Reader, delivery_id: int) -> list[tuple[int, date]]:
    """The farm's deliveries to come after this one in the offers that it is part of, by day."""
    day = _day_of(reader, delivery_id)
    offers = reader.all(
        select(OfferProduct.offer_id)
        .join(ContractLine, ContractLine.offer_product_id == OfferProduct.id)
        .where(ContractLine.delivery_id == delivery_id)
        .distinct()
    )
    found = {(cell.day, cell.delivery_id) for offer in offers for cell in matrix(reader, offer)}
    return [(key, when) for when, key in sorted(found) if when > max(day, reader.today)]


def plan(reader: Reader, wanted: Shortfall) -> Plan:
    """Whom the shortfall touches and how. Raises NotFound, Refused for what cannot be."""
    product, name, farm = _product(reader, wanted)
    day = _day_of(reader, wanted.delivery_id)
    target = _target(reader, product, wanted) if wanted.money is Money.MOVED else None
    label = N_("%(name)s non remis le %(day)s, reste payé") % {"name": name[:100], "day": long_day(day, "fr")}
    parts, out = [], []
    for row in _lines(reader, wanted):
        if row[0].state in AMENDABLE:
            parts.append(_part(row, wanted, label))
        else:
            out.append(row[1])
    if not parts:
        raise Refused(Problem(_("Aucun foyer n’attend ce produit ce jour-là."), "product"))
    plan_ = Plan(parts, out, name, farm, day, target, "")
    return Plan(parts, out, name, farm, day, target, _stamp(reader, wanted, plan_))


def _product(reader: Reader, wanted: Shortfall) -> tuple[OfferProduct, str, str]:
    query = (
        select(OfferProduct, Product.name, Farm.name, Delivery.state)
        .join(Product, Product.id == OfferProduct.product_id)
        .join(Farm, Farm.id == Product.farm_id)
        .join(Delivery, Delivery.farm_id == Farm.id)
        .where(OfferProduct.id == wanted.offer_product_id, Delivery.id == wanted.delivery_id)
    )
    rows = reader.rows(query)
    if not rows:
        raise NotFound("product of the delivery")
    found, name, farm, state = rows[0]
    if state is DeliveryState.CANCELLED:
        raise Refused(_("Cette livraison est annulée : il n’y a rien à signaler."))
    if not 1 <= wanted.fewer <= 99:
        raise Refused(Problem(_("Écrivez combien il en manque à chaque foyer, de 1 à 99."), "fewer"))
    return found, str(name), str(farm)


def _target(reader: Reader, product: OfferProduct, wanted: Shortfall) -> date:
    day = _day_of(reader, wanted.delivery_id)
    cells = {one.delivery_id: one.day for one in matrix(reader, product.offer_id) if one.offer_product_id == product.id}
    target = cells.get(wanted.target_id or 0)
    if target is None or target <= max(day, reader.today):
        message = _("Choisissez une livraison à venir où ce produit est apporté.")
        raise Refused(Problem(message, "target"))
    return target


def _day_of(reader: Reader, delivery_id: int) -> date:
    return reader.one(select(Distribution.day).join(Delivery).where(Delivery.id == delivery_id))


Row = tuple[Contract, str, ContractLine, ContractLine | None]
"""A contract, its household, what is due, and what stands at the target."""


def _lines(reader: Reader, wanted: Shortfall) -> Sequence[Row]:
    """What is due, by household, with what each has at the target."""
    query = (
        select(Contract, Household.name, ContractLine)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .join(Household, Household.id == Contract.household_id)
        .where(
            ContractLine.offer_product_id == wanted.offer_product_id, ContractLine.delivery_id == wanted.delivery_id,
            ContractLine.effect == LineEffect.DUE, Contract.state.in_(BINDING),
        )
        .order_by(Household.search, Contract.id)
    )  # fmt: skip
    rows = reader.rows(query)
    there = select(ContractLine).where(
        ContractLine.offer_product_id == wanted.offer_product_id, ContractLine.delivery_id == (wanted.target_id or 0)
    )
    targets = {one.contract_id: one for one in reader.all(there)}
    return [(contract, str(name), line, targets.get(contract.id)) for contract, name, line in rows]


def _part(row: Row, wanted: Shortfall, label: str) -> Part:
    contract, home, line, there = row
    mine = _held(line)
    lost = min(wanted.fewer, line.quantity)
    if wanted.money is not Money.MOVED:
        return Part(contract.id, contract.household_id, home, lost, shortfall(mine, wanted.fewer, wanted.money, label))
    moved = made_up(mine, wanted.fewer, wanted.target_id or 0, _held(there) if there else None)
    outcome = moved or shortfall(mine, wanted.fewer, Money.CREDITED, label)
    return Part(contract.id, contract.household_id, home, lost, outcome, instead=moved is None)


def _held(line: ContractLine) -> Held:
    return Held(line.offer_product_id, line.delivery_id, date.min, line.quantity, line.unit_cents, line.effect)


def _stamp(reader: Reader, wanted: Shortfall, found: Plan) -> str:
    """What a form carries, so that what was seen is what is done, once."""
    count = select(func.count()).select_from(ContractHazard).where(ContractHazard.delivery_id == wanted.delivery_id)
    return f"{reader.session.scalar(count)}-{len(found.parts)}-{found.lost}-{found.given_back}"


def hazard(unit: Unit, wanted: Shortfall, stamp: str | None = None) -> ContractHazard:
    """Take so many off what each household gets, in one go, and write to them in a minute.

    Raises NotFound, Refused for what cannot be, Stale when it would do something else than what was seen.
    """
    product = unit.get(OfferProduct, wanted.offer_product_id)
    unit.locked(Offer, product.offer_id)
    found = plan(unit, wanted)
    if stamp is not None and stamp != found.stamp:
        raise Stale
    made = unit.add(
        ContractHazard(
            delivery_id=wanted.delivery_id, offer_product_id=product.id, target_delivery_id=wanted.target_id,
            fewer=wanted.fewer, money=wanted.money, note=wanted.note, at=unit.now,
            by_person_id=unit.actor.person_id if unit.actor else None,
        )
    )  # fmt: skip
    for part in found.parts:
        _make(unit, made, part)
    _write(unit, made, found)
    return made


def _make(unit: Unit, made: ContractHazard, part: Part) -> None:
    contract = find_contract(unit, part.contract_id)
    what = changes.told(unit, "hazard", made.delivery_id)
    was = worth(contract)
    before = changes.apply(unit, contract, part.outcome, what)
    change = unit.add(
        ContractChange(
            contract_id=contract.id, kind=Kind.HAZARD, money=part.outcome.money, state=ChangeState.DONE,
            delivery_id=made.delivery_id, target_delivery_id=None if part.instead else made.target_delivery_id,
            hazard_id=made.id, cents=part.outcome.cents, before=kept_lines(before),
            after=kept_lines(part.outcome.lines, part.outcome.charges), by_person_id=made.by_person_id, at=unit.now,
        )
    )  # fmt: skip
    amendments.write(unit, contract, change, was)


def _group(hazard_id: int) -> str:
    return f"contracts.hazard:{hazard_id}"


def _write(unit: Unit, made: ContractHazard, found: Plan) -> None:
    for part in found.parts:
        words = {"n": part.lost, "name": found.product, "farm": found.farm, "day": long_day(found.day, "fr")}
        says = N_("%(farm)s ne peut pas tout apporter le %(day)s : il vous manquera %(n)s « %(name)s ».") % words
        sentences = [says, _money(part, found), made.note]
        subject = f"{N_('Il en manquera')} : {found.product}"
        letters.send(unit, part.household_id, subject, sentences, _group(made.id))


def _money(part: Part, found: Plan) -> str:
    if part.outcome.money is Money.MOVED and found.target:
        return N_("Ce sera rattrapé le %(day)s.") % {"day": long_day(found.target, "fr")}
    if part.outcome.money is Money.CREDITED:
        amount = {"amount": format_euros(part.outcome.cents)}
        return N_("Le montant, %(amount)s, est déduit de ce que vous devez.") % amount
    return N_("Ce qui manque reste payé : foyers et ferme partagent le risque.")


def of_delivery(reader: Reader, delivery_id: int) -> Sequence[ContractHazard]:
    """The hazards of a delivery that stand."""
    query = select(ContractHazard).where(ContractHazard.delivery_id == delivery_id, ContractHazard.state.in_(ACTIVE))
    return reader.all(query.order_by(ContractHazard.id))


def undo(unit: Unit, hazard_id: int) -> ContractHazard:
    """Take a hazard back for every household, in one go.

    Mail that waits is held back, what was sent is followed by another one. Raises NotFound; Refused when what was to be
    made up has come, or when a contract changed since.
    """
    made = unit.get(ContractHazard, hazard_id)
    unit.locked(Offer, unit.get(OfferProduct, made.offer_product_id).offer_id)
    unit.locked(ContractHazard, hazard_id)
    if made.state is not ChangeState.DONE:
        raise Refused(_("Ce manque n’est plus signalé."))
    if made.target_delivery_id and _day_of(unit, made.target_delivery_id) < unit.today:
        raise Refused(_("Le rattrapage a eu lieu : on ne revient plus en arrière."))
    rows = unit.all(select(ContractChange).where(ContractChange.hazard_id == made.id, ContractChange.state.in_(ACTIVE)))
    homes = [_take_back(unit, change) for change in rows]
    made.state = ChangeState.UNDONE
    unit.session.flush()
    if hold_back(unit, [_group(made.id)]):
        for home in homes:
            letters.send(unit, home, N_("Rien ne manquera"), [_after_all(unit, made)])
    return made


def _take_back(unit: Unit, change: ContractChange) -> int:
    found = held_contract(unit, change.contract_id)
    if found.state not in AMENDABLE:
        message = _("Le contrat du foyer %(name)s n’est plus en cours : le manque ne se reprend plus.")
        raise Refused(message % {"name": found.household.name})
    changes.take_back(unit, found, change)
    return found.household_id


def _after_all(reader: Reader, made: ContractHazard) -> str:
    product = select(Product.name).join(OfferProduct).where(OfferProduct.id == made.offer_product_id)
    words = {"name": reader.one(product), "day": long_day(_day_of(reader, made.delivery_id), "fr")}
    return N_("« %(name)s » vient en entier le %(day)s : ne tenez pas compte du message précédent.") % words
