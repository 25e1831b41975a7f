"""Lists of persons: searching, segments, pages, and the directory that members see."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from courtil.domain.fields import search_key
from courtil.domain.states import BINDING
from courtil.services import access
from courtil.services.unit import Reader
from courtil.store.calendar import Season
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Household, Person

PAGE_SIZE = 50
MOST_WORDS = 6
_A_PHONE = re.compile(r"[+\d][\d\s.()-]{5,}")


class Segment(StrEnum):
    """Which persons a list holds."""

    PRESENT = "presents"
    WITHOUT_CONTRACT = "sans-contrat"
    LEFT = "partis"


@dataclass(frozen=True)
class Found:
    """One page of a list; `total` counts all its pages."""

    persons: Sequence[Person]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def words_of(text: str) -> list[str] | None:
    """What to look for, folded; None when nothing was asked, an empty list when nothing can match."""
    text = text.strip()
    if not text:
        return None
    if _A_PHONE.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        return [re.sub(r"^(00)?33(?=\d{9}$)", "0", digits)]
    return search_key(text).split()[:MOST_WORDS]


def matches(text: str, *columns: Any) -> ColumnElement[bool] | None:
    """Every word stands in one of the columns; None when nothing was asked."""
    words = words_of(text)
    if words is None:
        return None
    if not words:
        return false()
    return and_(*(or_(*(column.contains(word, autoescape=True) for column in columns)) for word in words))


def visible(reader: Reader, permission: str = "people.read") -> ColumnElement[bool]:
    """The persons the actor may see, of households she may see: for selects that outer-join `Household`."""
    of_home = or_(Household.id.is_(None), reader.seen(permission, Household))
    return and_(reader.seen(permission, Person), of_home)


def find(
    reader: Reader, text: str = "", page: int = 1, segment: Segment = Segment.PRESENT, *conditions: ColumnElement[bool]
) -> Found:
    """The persons that meet the conditions with their households, by household, 50 a page."""
    query = _segment(_persons().where(*conditions), segment, reader)
    wanted = matches(text, Person.search, Household.search)
    return _page(reader, query if wanted is None else query.where(wanted), page)


def shared(reader: Reader, text: str = "", page: int = 1) -> Found:
    """The directory of members. Who keeps her contacts to herself is not found by them either."""
    told = (access.added(reader, "self.read", Person), access.added(reader, "self.read", Household))
    query = _persons().where(Person.archived_at.is_(None), Person.household_id.is_not(None), *told)
    by_name = matches(text, Household.search)
    by_all = matches(text, Household.search, Person.search)
    if by_name is not None and by_all is not None:
        query = query.where(or_(by_name, and_(Person.shares_contact, by_all)))
    return _page(reader, query, page)


def counted(reader: Reader) -> tuple[int, int]:
    """How many persons and households are present, of those the actor may see."""
    persons = _persons().with_only_columns(func.count(Person.id)).where(Person.archived_at.is_(None), visible(reader))
    seen = reader.seen("people.read", Household)
    homes = select(func.count()).select_from(Household).where(Household.archived_at.is_(None), seen)
    row = reader.rows(select(persons.scalar_subquery(), homes.scalar_subquery()))[0]
    return int(row[0]), int(row[1])


def _persons() -> Select[Person]:
    return select(Person).outerjoin(Household, Household.id == Person.household_id)


def _segment(query: Select[Person], segment: Segment, reader: Reader) -> Select[Person]:
    if segment is Segment.LEFT:
        return query.where(Person.archived_at.is_not(None))
    query = query.where(Person.archived_at.is_(None))
    if segment is Segment.WITHOUT_CONTRACT:
        query = query.where(Person.household_id.is_not(None), ~_bound_this_season(reader))
    return query


def _bound_this_season(reader: Reader) -> ColumnElement[bool]:
    today = reader.today
    return (
        select(Contract.id)
        .join(Offer, Offer.id == Contract.offer_id)
        .join(Season, Season.id == Offer.season_id)
        .where(Contract.household_id == Person.household_id, Contract.state.in_(BINDING))
        .where(Season.starts_on <= today, Season.ends_on >= today)
        .correlate(Person)
        .exists()
    )


def _page(reader: Reader, query: Select[Person], page: int) -> Found:
    total = reader.session.scalar(query.with_only_columns(func.count(Person.id)).order_by(None)) or 0
    page = min(page, Found((), total, 1).pages)
    order = (func.coalesce(Household.search, Person.search), Person.position, Person.id)
    shown = query.order_by(*order).options(joinedload(Person.household))
    return Found(reader.all(shown.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)), total, page)
