"""What a farm can bring for several offers together: how much is taken, how much is left, and holding it to sign."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, select

from courtil.api import (
    BINDING,
    MOST_BASKETS,
    N_,
    Contract,
    ContractLine,
    Delivery,
    DeliveryState,
    Distribution,
    Farm,
    LineEffect,
    NotFound,
    Offer,
    OfferChanged,
    OfferDate,
    OfferProduct,
    OfferState,
    Problem,
    Product,
    Reader,
    Refused,
    Season,
    Stale,
    Unit,
    _,
    long_day,
    ngettext,
)
from courtil_contracts.domain.capacities import Per
from courtil_contracts.services.dates import dates_of
from courtil_contracts.tables import Capacity, CapacityUse

MOST_PARTS = 1_000_000

Cell = tuple[int, int]


@dataclass(frozen=True)
class Room:
    """A capacity as one offer finds it: what each product takes, and the parts left by day, or over the season."""

    capacity: Capacity
    uses: Mapping[int, int] = field(default_factory=dict)
    days: Mapping[int, date] = field(default_factory=dict)
    """The day of each delivery of the offer to come."""
    taken: Mapping[date | None, int] = field(default_factory=dict)
    """Parts that contracts hold, by day; without a day, over the season."""

    def key_of(self, delivery_id: int) -> date | None:
        """Under which key of `taken` a delivery counts."""
        return self.days.get(delivery_id) if self.capacity.per is Per.DELIVERY else None

    def left(self, key: date | None) -> int:
        """Parts that can still be had; none when more is taken than there is."""
        return max(0, self.capacity.parts - self.taken.get(key, 0))


def rooms(reader: Reader, offer_id: int) -> list[Room]:
    """The capacities that products of this offer draw on, with what is taken by every offer that does."""
    query = (
        select(Capacity, CapacityUse.offer_product_id, CapacityUse.parts)
        .join(CapacityUse, CapacityUse.capacity_id == Capacity.id)
        .join(OfferProduct, OfferProduct.id == CapacityUse.offer_product_id)
        .where(OfferProduct.offer_id == offer_id, Capacity.removed_at.is_(None))
        .order_by(Capacity.id, OfferProduct.position)
    )
    uses: dict[int, dict[int, int]] = {}
    found: dict[int, Capacity] = {}
    for capacity, product, parts in reader.rows(query):
        found[capacity.id] = capacity
        uses.setdefault(capacity.id, {})[product] = parts
    if not found:
        return []
    days = dict(dates_of(reader, offer_id))
    season = reader.get(Offer, offer_id).season_id
    return [Room(one, uses[key], days, taken(reader, one, season)) for key, one in found.items()]


def taken(reader: Reader, capacity: Capacity, season_id: int) -> dict[date | None, int]:
    """The parts that signed contracts hold, by day, or under None for one whole season."""
    day = Distribution.day if capacity.per is Per.DELIVERY else None
    columns = [*([day] if day is not None else []), func.sum(ContractLine.quantity * CapacityUse.parts)]
    query = (
        select(*columns)
        .select_from(ContractLine)
        .join(CapacityUse, CapacityUse.offer_product_id == ContractLine.offer_product_id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .join(Delivery, Delivery.id == ContractLine.delivery_id)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .where(
            CapacityUse.capacity_id == capacity.id, Contract.state.in_(BINDING), ContractLine.effect == LineEffect.DUE,
            Delivery.state != DeliveryState.CANCELLED,
        )
    )  # fmt: skip
    if day is not None:
        return {row[0]: int(row[1]) for row in reader.rows(query.group_by(day))}
    whole = query.join(Offer, Offer.id == Contract.offer_id).where(Offer.season_id == season_id)
    return {None: int(reader.rows(whole)[0][0] or 0)}


def problems(offer_id: int, wanted: Mapping[Cell, int], reader: Reader) -> list[Problem]:
    """Why these further baskets would take more than the farm has for its offers together.

    Whoever writes holds the capacity until the end of the unit, so that two signatures under two offers never take the
    same last part.
    """
    _hold(reader, offer_id)
    return [one for room in rooms(reader, offer_id) for one in _too_much(room, wanted)]


def _hold(reader: Reader, offer_id: int) -> None:
    locked = getattr(reader, "locked", None)  # a page that only reads holds nothing
    if locked is None:
        return
    query = select(CapacityUse.capacity_id).join(OfferProduct, OfferProduct.id == CapacityUse.offer_product_id)
    for key in sorted(set(reader.all(query.where(OfferProduct.offer_id == offer_id)))):
        locked(Capacity, key)


def _too_much(room: Room, wanted: Mapping[Cell, int]) -> list[Problem]:
    more: dict[date | None, int] = {}
    for (product, delivery), number in wanted.items():
        if parts := room.uses.get(product):
            key = room.key_of(delivery)
            more[key] = more.get(key, 0) + number * parts
    over = [key for key, number in more.items() if number > 0 and number > room.left(key)]
    if not over:
        return []
    key = min(over, key=lambda day: (room.left(day), day or date.min))
    first = next(product for product, _delivery in wanted if product in room.uses)
    return [Problem(_over(room, key, more[key]), f"product-{first}")]


def _over(room: Room, key: date | None, asked: int) -> str:
    words = {
        "name": room.capacity.name, "left": parts_words(room.left(key)), "asked": parts_words(asked),
        "day": long_day(key) if key else "",
    }  # fmt: skip
    if key is None:
        if not room.left(key):
            return _("« %(name)s » est complet : il n’en reste plus pour ce choix.") % words
        return _("« %(name)s » : il reste %(left)s et ce choix prend %(asked)s. Prenez-en moins.") % words
    if not room.left(key):
        return _("« %(name)s » est complet le %(day)s : choisissez moins de paniers ou d’autres dates.") % words
    message = _("« %(name)s » : il reste %(left)s le %(day)s et ce choix prend %(asked)s. Prenez-en moins.")
    return message % words


def parts_words(count: int) -> str:
    """`3 parts`."""
    return ngettext("%(n)s part", "%(n)s parts", count)


def capacities_of(reader: Reader, farm_id: int) -> Sequence[Capacity]:
    """The capacities of a farm, by name."""
    here = (Capacity.farm_id == farm_id, Capacity.removed_at.is_(None))
    return reader.all(select(Capacity).where(*here).order_by(Capacity.name, Capacity.id))


def uses_of(reader: Reader, capacity_id: int) -> dict[int, int]:
    """How many parts each product takes, by product of an offer."""
    query = select(CapacityUse.offer_product_id, CapacityUse.parts).where(CapacityUse.capacity_id == capacity_id)
    return dict(map(tuple, reader.rows(query)))


def products_of(reader: Reader, farm_id: int, *conditions: ColumnElement[bool]) -> Sequence[tuple[int, str, str]]:
    """The products of the farm's offers that are not over: key, offer, product."""
    query = (
        select(OfferProduct.id, Offer.name, Product.name)
        .join(Offer, Offer.id == OfferProduct.offer_id)
        .join(Product, Product.id == OfferProduct.product_id)
        .where(
            Offer.farm_id == farm_id, Offer.state.not_in((OfferState.FINISHED, OfferState.ARCHIVED)), *conditions
        )
        .order_by(Offer.name, Offer.id, OfferProduct.position)
    )  # fmt: skip
    return [(int(key), str(offer), str(product)) for key, offer, product in reader.rows(query)]


def filled(reader: Reader, capacity: Capacity) -> list[tuple[date | str, int]]:
    """How many parts are taken on each coming day on which something comes, or in each season that is not over."""
    uses = select(CapacityUse.offer_product_id).where(CapacityUse.capacity_id == capacity.id)
    offers = select(OfferProduct.offer_id).where(OfferProduct.id.in_(uses))
    if capacity.per is Per.SEASON:
        query = select(Season.id, Season.name).join(Offer, Offer.season_id == Season.id)
        seasons = reader.rows(query.where(Offer.id.in_(offers), Season.ends_on >= reader.today).distinct())
        return [(str(name), taken(reader, capacity, key).get(None, 0)) for key, name in seasons]
    days = (
        select(Distribution.day)
        .join(Delivery, Delivery.distribution_id == Distribution.id)
        .join(OfferDate, OfferDate.delivery_id == Delivery.id)
        .where(OfferDate.offer_id.in_(offers), Distribution.day >= reader.today)
    )
    counts = taken(reader, capacity, 0)
    return [(day, counts.get(day, 0)) for day in reader.all(days.distinct().order_by(Distribution.day))]


@dataclass(frozen=True)
class CapacityData:
    """A capacity as somebody fills it in: parts there are, and parts that one piece of each product takes."""

    name: str
    parts: int
    per: Per = Per.DELIVERY
    uses: Mapping[int, int] = field(default_factory=dict)


def write(
    unit: Unit, farm_id: int, data: CapacityData, capacity_id: int | None = None, version: int | None = None
) -> Capacity:
    """Add a capacity to the farm, or change one; what is signed stays, nothing more is signed beyond it.

    Raises NotFound for another farm's capacity or product, Refused for numbers that cannot be, Stale.
    """
    unit.get(Farm, farm_id)
    _check(data)
    if capacity_id is None:
        found = unit.add(Capacity(farm_id=farm_id, name=data.name, parts=data.parts, per=data.per))
    else:
        found = unit.locked(Capacity, capacity_id)
        if found.farm_id != farm_id:
            raise NotFound(f"capacity {capacity_id}")
        if version is not None and found.version != version:
            raise Stale
        found.name, found.parts, found.per = data.name, data.parts, data.per
    before = uses_of(unit, found.id)
    _use(unit, found, data.uses)
    unit.session.flush()
    _tell(unit, {key for key, parts in (before | dict(data.uses)).items() if parts or before.get(key)})
    return found


def _check(data: CapacityData) -> None:
    if not data.name.strip():
        raise Refused(Problem(_("Donnez un nom, par exemple « Paniers »."), "name"))
    if not 0 <= data.parts <= MOST_PARTS:
        raise Refused(Problem(_("Écrivez un nombre de parts de 0 à %(most)s.") % {"most": MOST_PARTS}, "parts"))
    if not all(0 <= parts <= MOST_BASKETS for parts in data.uses.values()):
        raise Refused(_("Un panier prend de 0 à %(most)s parts.") % {"most": MOST_BASKETS})


def _use(unit: Unit, found: Capacity, uses: Mapping[int, int]) -> None:
    known = {key for key, _offer, _product in products_of(unit, found.farm_id)}
    if not uses.keys() <= known:
        raise NotFound("product")
    here = (CapacityUse.capacity_id == found.id, CapacityUse.offer_product_id.in_(known))
    unit.execute(delete(CapacityUse).where(*here))
    unit.session.add_all(
        CapacityUse(capacity_id=found.id, offer_product_id=key, parts=parts) for key, parts in uses.items() if parts
    )


def _tell(unit: Unit, products: Collection[int]) -> None:
    """Log it with the offers of these products."""
    concerned = select(OfferProduct.offer_id).where(OfferProduct.id.in_(products))
    for offer in unit.all(select(Offer).where(Offer.id.in_(concerned)).order_by(Offer.id)):
        unit.record(OfferChanged(offer_id=offer.id, name=offer.name, what=N_("capacité partagée")))


def remove(unit: Unit, capacity_id: int) -> None:
    """The farm's offers share nothing any more under this name; `restore` takes it back. Raises NotFound."""
    _set_aside(unit, capacity_id, unit.now)


def restore(unit: Unit, capacity_id: int) -> None:
    """They share it again. Raises NotFound."""
    _set_aside(unit, capacity_id, None)


def _set_aside(unit: Unit, capacity_id: int, at: datetime | None) -> None:
    unit.locked(Capacity, capacity_id).removed_at = at
    unit.session.flush()
    _tell(unit, uses_of(unit, capacity_id))


def renewed(unit: Unit, products: Mapping[int, int]) -> None:
    """The products of the next season take what those of the last did; `products`: the old to the new."""
    query = select(CapacityUse).where(CapacityUse.offer_product_id.in_(products))
    for one in unit.all(query):
        new = products[one.offer_product_id]
        if unit.session.get(CapacityUse, (one.capacity_id, new)) is None:
            unit.session.add(CapacityUse(capacity_id=one.capacity_id, offer_product_id=new, parts=one.parts))
    unit.session.flush()
