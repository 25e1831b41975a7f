"""One search box: persons, contracts, offers, farms and dates, as far as the actor may see them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from courtil.domain.fields import search_key
from courtil.domain.states import BINDING
from courtil.services.directory import matches, visible, words_of
from courtil.services.unit import Reader
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.people import Household, Person

MOST = 10
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_IN_DIGITS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?")
_BACKWARDS = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_IN_WORDS = re.compile(r"(?:[a-z]+\.? )?(\d{1,2})(?:er)? ([a-z]{3,9})\.?(?: (\d{4}))?")


@dataclass(frozen=True)
class Results:
    """What was found, at most `MOST` of each; `days` are the dates that the text may mean."""

    persons: Sequence[Person] = ()
    contracts: Sequence[Contract] = ()
    offers: Sequence[Offer] = ()
    farms: Sequence[Farm] = ()
    distributions: Sequence[Distribution] = ()
    days: Sequence[date] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing was found."""
        return not (self.persons or self.contracts or self.offers or self.farms or self.distributions)


def search(reader: Reader, text: str) -> Results:
    """Everything that matches and that the actor may see; an amapien·ne finds what is hers."""
    days = days_meant(text, reader.today)
    if days:
        return Results(distributions=_distributions(reader, days), days=days)
    if len(search_key(text)) < 2:
        return Results()
    return Results(_people(reader, text), _contracts(reader, text), _offers(reader, text), _farms(reader, text))


def days_meant(text: str, today: date) -> list[date]:
    """What `26/11/2026`, `26/11` or `jeudi 26 novembre` may mean, the nearest first; without one, three years."""
    day, month, year = _parts(text)
    if day is None or month is None:
        return []
    years = [year] if year else [today.year, today.year - 1, today.year + 1]
    found = [made for made in (_date(y, month, day) for y in years) if made]
    return sorted(found, key=lambda made: abs(made - today))


def _parts(text: str) -> tuple[int | None, int | None, int | None]:
    flat = " ".join(text.split())[:40]
    if found := _BACKWARDS.fullmatch(flat):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _IN_DIGITS.fullmatch(flat):
        return int(found[1]), int(found[2]), _year(found[3])
    if found := _IN_WORDS.fullmatch(search_key(flat)):
        return int(found[1]), _month(found[2]), _year(found[3])
    return None, None, None


def _year(digits: str | None) -> int | None:
    return None if not digits else int(digits) + (2000 if len(digits) == 2 else 0)


def _month(word: str) -> int | None:
    """`novembre`, `nov`, `juil`; not `jui`, which may be two."""
    fits = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)]
    return fits[0] if len(fits) == 1 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _people(reader: Reader, text: str) -> Sequence[Person]:
    query = select(Person).outerjoin(Household, Household.id == Person.household_id).where(visible(reader))
    wanted = matches(text, Person.search, Household.search)
    found = query.where(wanted if wanted is not None else false()).options(joinedload(Person.household))
    return reader.all(found.order_by(Person.archived_at.is_not(None), Person.search, Person.id).limit(MOST))


def _contracts(reader: Reader, text: str) -> Sequence[Contract]:
    """By household and by offer: each word stands in the name of one of them."""
    names = {key: search_key(*rest) for key, *rest in reader.rows(select(Offer.id, Offer.name, Farm.name).join(Farm))}
    words = [
        or_(Household.search.contains(word, autoescape=True), Contract.offer_id.in_(_holding(names, word)))
        for word in words_of(text) or ()
    ]
    seen = or_(reader.seen("contracts.read", Contract), reader.seen("self.read", Contract))
    query = (
        select(Contract)
        .join(Contract.offer)
        .join(Contract.household)
        .where(seen, *words)
        .options(contains_eager(Contract.offer), contains_eager(Contract.household))
        .order_by(Contract.id.desc())
    )
    return reader.all(query.limit(MOST)) if words else ()


def _offers(reader: Reader, text: str) -> Sequence[Offer]:
    seen = reader.seen("offers.read", Offer)
    rows = reader.rows(select(Offer.id, Offer.name, Farm.name).join(Farm).where(seen))
    keys = _all_words({key: search_key(*rest) for key, *rest in rows}, text)
    query = select(Offer).where(Offer.id.in_(keys)).options(joinedload(Offer.farm), joinedload(Offer.season))
    return reader.all(query.order_by(Offer.id.desc()).limit(MOST))


def _farms(reader: Reader, text: str) -> Sequence[Farm]:
    seen = reader.seen("farms.read", Farm)
    rows = reader.rows(select(Farm.id, Farm.name, Farm.city).where(Farm.archived_at.is_(None), seen))
    keys = _all_words({key: search_key(*rest) for key, *rest in rows}, text)
    return reader.all(select(Farm).where(Farm.id.in_(keys)).order_by(Farm.name).limit(MOST))


def _distributions(reader: Reader, days: Sequence[date]) -> Sequence[Distribution]:
    """Evenings of these days: all of them, or those with a basket of hers, or with a delivery of her farm."""
    baskets = (
        select(Delivery.distribution_id)
        .join(ContractLine, ContractLine.delivery_id == Delivery.id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(reader.seen("self.read", Contract), Contract.state.in_(BINDING))
    )
    deliveries = select(Delivery.distribution_id).where(reader.seen("farm_space.read", Delivery))
    hers = or_(Distribution.id.in_(baskets), Distribution.id.in_(deliveries))
    seen = or_(reader.seen("distributions.read", Distribution), hers)
    query = select(Distribution).where(Distribution.day.in_(days), seen).options(joinedload(Distribution.place))
    found = reader.all(query.order_by(Distribution.day, Distribution.id))
    return sorted(found, key=lambda evening: abs(evening.day - reader.today))


def _holding(names: Mapping[int, str], word: str) -> list[int]:
    return [key for key, name in names.items() if word in name]


def _all_words(names: Mapping[int, str], text: str) -> list[int]:
    words = words_of(text) or [text]
    return [key for key, name in names.items() if all(word in name for word in words)]
