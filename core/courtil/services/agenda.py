"""The evenings to come and past, and what there is to do before the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, distinct, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from courtil.domain.states import BINDING, ContractState, DeliveryState, LineEffect, OfferState
from courtil.services.unit import Reader
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.people import Household

PAGE_SIZE = 20


@dataclass(frozen=True)
class Evenings:
    """A page of evenings; `households` counts those who have something to fetch, by evening."""

    evenings: Sequence[Distribution]
    households: dict[int, int]
    page: int
    pages: int
    total: int


def evenings(
    reader: Reader, *conditions: ColumnElement[bool], coming: bool = True, page: int = 1, size: int = PAGE_SIZE
) -> Evenings:
    """Evenings from today on, the next first; or those that are past, the last first.

    Deliveries that do not meet the conditions are left out, and evenings without any other.
    """
    wanted = select(Distribution).where(exists().where(Delivery.distribution_id == Distribution.id, *conditions))
    if coming:
        wanted = wanted.where(Distribution.day >= reader.today).order_by(Distribution.day, Distribution.starts_at)
    else:
        wanted = wanted.where(Distribution.day < reader.today).order_by(Distribution.day.desc(), Distribution.id.desc())
    total = reader.session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(page, pages)
    found = reader.all(_loaded(wanted, *conditions).limit(size).offset((page - 1) * size))
    return Evenings(found, households(reader, [evening.id for evening in found], *conditions), page, pages, total)


def next_evening(reader: Reader, *conditions: ColumnElement[bool]) -> Distribution | None:
    """The first evening from today on at which a delivery that meets the conditions takes place."""
    held = (Delivery.distribution_id == Distribution.id, Delivery.state != DeliveryState.CANCELLED)
    query = select(Distribution).where(Distribution.day >= reader.today, exists().where(*held, *conditions))
    query = _loaded(query, *conditions).order_by(Distribution.day, Distribution.starts_at, Distribution.id).limit(1)
    return next(iter(reader.all(query)), None)


def households(reader: Reader, distribution_ids: Sequence[int], *conditions: ColumnElement[bool]) -> dict[int, int]:
    """How many households have something to fetch from these deliveries, by evening; zero is left out."""
    query = (
        select(Delivery.distribution_id, func.count(distinct(Contract.household_id)))
        .join(ContractLine, ContractLine.delivery_id == Delivery.id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(Delivery.distribution_id.in_(distribution_ids), Delivery.state != DeliveryState.CANCELLED, *conditions)
        .where(Contract.state.in_(BINDING), ContractLine.effect == LineEffect.DUE)
        .group_by(Delivery.distribution_id)
    )
    return {row[0]: row[1] for row in reader.rows(query)}


def _loaded(query: Select[Distribution], *conditions: ColumnElement[bool]) -> Select[Distribution]:
    farms = selectinload(Distribution.deliveries.and_(*conditions)).joinedload(Delivery.farm)
    return query.options(joinedload(Distribution.place), farms)


@dataclass(frozen=True)
class Waiting:
    """How many contracts wait for one signature under one offer."""

    offer_id: int
    offer: str
    farm_id: int
    farm: str
    state: ContractState
    count: int


def unsigned(reader: Reader, *conditions: ColumnElement[bool]) -> list[Waiting]:
    """Contracts that wait for the household (draft) or the farm (signed_member), by offer."""
    query = (
        select(Offer.id, Offer.name, Farm.id, Farm.name, Contract.state, func.count())
        .join(Contract, Contract.offer_id == Offer.id)
        .join(Farm, Farm.id == Offer.farm_id)
        .where(Offer.state.in_((OfferState.OPEN, OfferState.CLOSED, OfferState.RUNNING)))
        .where(Contract.state.in_((ContractState.DRAFT, ContractState.SIGNED_MEMBER)), *conditions)
        .group_by(Offer.id, Offer.name, Farm.id, Farm.name, Contract.state)
        .order_by(Offer.name, Offer.id, Contract.state)
    )
    return [Waiting(*row) for row in reader.rows(query)]


def unconfirmed(reader: Reader, since: date, *conditions: ColumnElement[bool]) -> list[Delivery]:
    """Deliveries whose day is past, since that date, and of which nobody said whether the farm came."""
    query = (
        select(Delivery)
        .join(Distribution)
        .where(Delivery.state == DeliveryState.PLANNED, Distribution.day < reader.today, Distribution.day >= since)
        .where(*conditions)
        .options(joinedload(Delivery.farm), joinedload(Delivery.distribution).joinedload(Distribution.place))
        .order_by(Distribution.day, Delivery.id)
    )
    return list(reader.all(query))


def first_steps(reader: Reader) -> list[str]:
    """What a new AMAP still lacks, in the order to do it: `places`, `seasons`, `farms`, `households`, `offers`."""
    kept = {
        "places": exists().where(Place.archived_at.is_(None)),
        "seasons": exists().where(Season.archived_at.is_(None)),
        "farms": exists().where(Farm.archived_at.is_(None)),
        "households": exists().where(Household.archived_at.is_(None)),
        "offers": exists().where(Offer.state != OfferState.ARCHIVED),
    }
    [row] = reader.rows(select(*kept.values()))
    return [name for name, there in zip(kept, row, strict=True) if not there]
