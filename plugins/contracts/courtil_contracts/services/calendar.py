"""One's evenings as a calendar that a phone subscribes to: the baskets of a household, what a farm brings."""

import re
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from courtil.api import (
    FRENCH,
    Contract,
    Delivery,
    DeliveryState,
    Distribution,
    DueLine,
    NotFound,
    Person,
    Reader,
    Unit,
    _,
    amap_settings,
    as_person,
    due_lines,
    lines_in_words,
    spoken,
)
from courtil_contracts.domain.sharing import FIRST, SECOND
from courtil_contracts.services import handovers, sharing
from courtil_contracts.services.handovers import Handed
from courtil_contracts.services.pairings import of_household, sharings
from courtil_contracts.tables import PersonCalendar

KEPT_DAYS = 60
"""How many past days a calendar still shows."""
EVERY = timedelta(hours=6)
"""How often a phone is asked to look again."""


def address_of(reader: Reader, person_id: int) -> str:
    """The secret of her calendar's address; empty when she has none."""
    return reader.session.scalar(select(PersonCalendar.token).where(PersonCalendar.person_id == person_id)) or ""


def renew(unit: Unit, person_id: int) -> str:
    """Give her calendar an address of its own; the one before stops working.

    It is kept as it is: whoever reads the database reads all that the address would show.
    """
    unit.locked(Person, person_id)
    remove(unit, person_id)
    return unit.add(PersonCalendar(person_id=person_id, token=secrets.token_urlsafe(32), made_at=unit.now)).token


def remove(unit: Unit, person_id: int) -> None:
    """Her calendar can no longer be read."""
    if (found := unit.session.get(PersonCalendar, person_id)) is not None:
        unit.session.delete(found)
        unit.session.flush()


def person_with(reader: Reader, token: str) -> Person:
    """Whose calendar this address is. Raises NotFound, also for who has left."""
    if not re.fullmatch(r"[\w-]{43}", token, re.ASCII):
        raise NotFound("calendar")
    query = select(Person).join(PersonCalendar, PersonCalendar.person_id == Person.id)
    return reader.one(query.where(PersonCalendar.token == token, Person.archived_at.is_(None)))


@spoken(FRENCH)
def calendar(reader: Reader, person: Person, host: str) -> bytes:
    """Her calendar as iCalendar (RFC 5545): what she fetches, and what her farms bring, from two months ago on.

    `host` tells the events of this AMAP from those of others in the same phone.
    """
    mine = as_person(reader, person)
    name = amap_settings(reader).name
    made = Calendar()
    made.add("prodid", "-//Courtil//FR")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("name", name)
    made.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", EVERY)
    for event in (*_baskets(mine, name, host), *_brought(mine, name, host)):
        made.add_component(event)
    return bytes(made.to_ical())


def _baskets(reader: Reader, amap: str, host: str) -> Iterable[Event]:
    """An evening for each day on which the household fetches something, or somebody does for it."""
    home = reader.actor.household_id if reader.actor is not None else None
    if home is None:
        return
    due = lines_in_words(reader, _recent(reader), Contract.household_id == home, reader.seen("self.read", Contract))
    handed = handovers.coming(reader, home, _since(reader))
    given = {one.delivery_id for one in handed if one.giver_id == home}
    shared, theirs = _shared(reader, home)
    elsewhere = given | theirs
    by_evening = _by_evening(reader, [line for line in due if line.delivery_id not in elsewhere])
    for evening in _evenings(reader, {*by_evening, *shared, *(one.distribution_id for one in handed)}):
        lines = [f"{line.words} ({line.farm})" for line in by_evening.get(evening.id, ())] + shared.get(evening.id, [])
        notes = [_handed(one, home) for one in handed if one.distribution_id == evening.id]
        title = _("Paniers : %(amap)s") % {"amap": amap} if lines else _("Panier confié : %(amap)s") % {"amap": amap}
        yield _event(reader, evening, f"panier-{evening.id}-{home}@{host}", title, [*lines, *notes])


def _shared(reader: Reader, home: int) -> tuple[dict[int, list[str]], set[int]]:
    """What the household fetches under the contract of another, by evening; deliveries of its own that another does."""
    found: dict[int, list[str]] = {}
    theirs: set[int] = set()
    since = _since(reader)
    mine = (sharing.stands(since), of_household(home))
    for here in sharings(reader, *mine, household_id=home):
        if here.halves:
            continue
        for one in sharing.coming(reader, here, since):
            if here.side == SECOND and one.is_for(SECOND):
                said = _("Panier partagé avec le foyer %(name)s") % {"name": here.first}
                found.setdefault(one.distribution_id, []).append(said)
            elif here.side == FIRST and not one.is_for(FIRST):
                theirs.add(one.delivery_id)
    return found, theirs


def _handed(one: Handed, home: int) -> str:
    words = {"what": one.words, "giver": one.giver, "taker": one.taker or _("un don")}
    if one.taker_id == home:
        return _("À prendre pour %(giver)s : %(what)s") % words
    return _("Pris par %(taker)s : %(what)s") % words


def _brought(reader: Reader, amap: str, host: str) -> Iterable[Event]:
    """Each delivery of the farms of which the person is the farmer; a cancelled one says so."""
    place = joinedload(Delivery.distribution).joinedload(Distribution.place)
    query = select(Delivery).join(Distribution).where(_recent(reader), reader.seen("farm_space.read", Delivery))
    deliveries = reader.all(query.options(place, joinedload(Delivery.farm)).order_by(Distribution.day, Delivery.id))
    lines = _grouped(due_lines(reader, _recent(reader), reader.seen("farm_space.read", Delivery)),
                     lambda line: line.delivery_id)  # fmt: skip
    for one in deliveries:
        cancelled = one.state is DeliveryState.CANCELLED
        sums: dict[str, int] = {}
        for line in lines.get(one.id, ()):
            product = line.product + (f" ({line.unit})" if line.unit else "")
            sums[product] = sums.get(product, 0) + line.quantity
        said = [f"{quantity}\u00a0×\u00a0{product}" for product, quantity in sums.items()]
        said = said or [one.reason if cancelled and one.reason else _("Aucun panier signé pour ce jour.")]
        title = (_("Annulé : %(amap)s") if cancelled else _("Livraison : %(amap)s")) % {"amap": amap}
        event = _event(reader, one.distribution, f"livraison-{one.id}@{host}", title, [one.farm.name, *said])
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        yield event


def _since(reader: Reader) -> date:
    return reader.today - timedelta(days=KEPT_DAYS)


def _recent(reader: Reader) -> ColumnElement[bool]:
    evenings = select(Distribution.id).where(Distribution.day >= _since(reader))
    return Delivery.distribution_id.in_(evenings)


def _by_evening(reader: Reader, lines: list[DueLine]) -> dict[int, list[DueLine]]:
    keys = {line.delivery_id for line in lines}
    evenings = dict(reader.rows(select(Delivery.id, Delivery.distribution_id).where(Delivery.id.in_(keys))))
    return _grouped(lines, lambda line: evenings[line.delivery_id])


def _grouped(lines: Iterable[DueLine], key: Callable[[DueLine], int]) -> dict[int, list[DueLine]]:
    found: dict[int, list[DueLine]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return found


def _evenings(reader: Reader, keys: Iterable[int]) -> Iterable[Distribution]:
    query = select(Distribution).where(Distribution.id.in_(set(keys))).options(joinedload(Distribution.place))
    return reader.all(query.order_by(Distribution.day, Distribution.id))


def _event(reader: Reader, evening: Distribution, uid: str, title: str, lines: Iterable[str]) -> Event:
    """An evening at its place and hours; times are in UTC, which needs no table of zones."""
    place = evening.place
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", reader.now)
    for name, hour in (("dtstart", evening.starts_at), ("dtend", evening.ends_at)):
        event.add(name, datetime.combine(evening.day, hour, reader.zone).astimezone(UTC))
    event.add("summary", title)
    city = " ".join(part for part in (place.postal_code, place.city) if part)
    event.add("location", ", ".join(part for part in (place.name, place.address, city) if part))
    event.add("description", "\n".join(lines))
    return event
