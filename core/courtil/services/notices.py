"""Mail to those whom a moved or cancelled delivery concerns, held for a minute so that an undo takes it back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select

from courtil.domain.dates import clock, long_day
from courtil.domain.money import format_euros
from courtil.domain.states import LineEffect
from courtil.domain.words import FRENCH, _, spoken
from courtil.plugin.payloads import Unit as Writing
from courtil.services import mail
from courtil.services.due import due_lines
from courtil.services.unit import Reader, Unit
from courtil.store.deliveries import Delivery
from courtil.store.operations import Job
from courtil.store.people import Person, Role, RoleGrant

HOLD = timedelta(seconds=60)

Sentences = dict[Person, list[str]]


@spoken(FRENCH)
def tell_moved(unit: Unit, moved: Sequence[tuple[Delivery, date]], group: str = "") -> None:
    """Tell that these deliveries, planned for the day given with each, come on another one."""
    texts = {
        found.id: _("La livraison de %(farm)s prévue le %(before)s a lieu le %(after)s.")
        % {"farm": found.farm.name, "before": long_day(before), "after": _appointment(found)}
        + _because(found)
        for found, before in moved
    }
    deliveries = [found for found, _before in moved]
    _send(unit, _("Livraison déplacée"), _for_due(unit, deliveries, texts), deliveries, group)


@spoken(FRENCH)
def tell_cancelled(
    unit: Unit,
    cancelled: Sequence[Delivery],
    effect: LineEffect,
    shares: Mapping[int, Mapping[int, int]],
    group: str = "",
) -> None:
    """Tell that these deliveries do not come, and what becomes of the money."""
    sentences: Sentences = {}
    people = _people(unit, {household for share in shares.values() for household in share})
    for found in cancelled:
        text = _("La livraison de %(farm)s du %(day)s est annulée.") % _named(found) + _because(found)
        for person in people:
            if person.household_id in shares.get(found.id, {}):
                money = _money(effect, shares[found.id][person.household_id or 0])
                sentences.setdefault(person, []).append(f"{text} {money}")
        _add(sentences, farmers(unit, [found.farm_id]), text)
    _send(unit, _("Livraison annulée"), sentences, cancelled, group)


@spoken(FRENCH)
def tell_restored(unit: Unit, found: Delivery) -> None:
    """Tell that a cancelled delivery comes after all."""
    text = _("La livraison de %(farm)s a bien lieu le %(day)s. Ne tenez pas compte du message précédent.")
    texts = {found.id: text % {"farm": found.farm.name, "day": _appointment(found)}}
    _send(unit, _("Livraison maintenue"), _for_due(unit, [found], texts), [found], "")


def hold_back(unit: Writing, groups: Collection[str]) -> bool:
    """Take back the mail of these groups that waits; True when some of it was sent or is being sent."""
    for group in groups:
        unit.withdraw(group)
    begun = or_(Job.done_at.is_not(None), Job.leased_until.is_not(None))
    sent = select(Job.id).where(Job.event_id.in_(groups), begun)
    return unit.session.scalar(sent.limit(1)) is not None


def concerned(reader: Reader, deliveries: Sequence[Delivery]) -> list[Person]:
    """Who would get a mail: persons with an address in the households that have a basket, and the farmers."""
    lines = due_lines(reader, Delivery.id.in_([found.id for found in deliveries]))
    people = _people(reader, {line.household_id for line in lines})
    return list(dict.fromkeys([*people, *farmers(reader, [found.farm_id for found in deliveries])]))


def farmers(reader: Reader, farm_ids: Collection[int]) -> list[Person]:
    """The farmers of these farms who have an address."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(Role.code == "farmer", RoleGrant.farm_id.in_(farm_ids))
        .where(Person.email.is_not(None), Person.archived_at.is_(None))
    )
    return list(reader.all(query.order_by(Person.id)))


def _people(reader: Reader, household_ids: Collection[int]) -> list[Person]:
    query = select(Person).where(Person.household_id.in_(household_ids), Person.email.is_not(None))
    return list(reader.all(query.where(Person.archived_at.is_(None)).order_by(Person.id)))


def _for_due(unit: Unit, deliveries: Sequence[Delivery], texts: Mapping[int, str]) -> Sentences:
    lines = due_lines(unit, Delivery.id.in_([found.id for found in deliveries]))
    sentences: Sentences = {}
    people = _people(unit, {line.household_id for line in lines})
    for found in deliveries:
        homes = {line.household_id for line in lines if line.delivery_id == found.id}
        _add(sentences, [person for person in people if person.household_id in homes], texts[found.id])
        _add(sentences, farmers(unit, [found.farm_id]), texts[found.id])
    return sentences


def _add(sentences: Sentences, people: Iterable[Person], text: str) -> None:
    for person in people:
        known = sentences.setdefault(person, [])
        if not any(sentence.startswith(text) for sentence in known):
            known.append(text)


def _send(unit: Unit, what: str, sentences: Sentences, deliveries: Sequence[Delivery], group: str) -> None:
    farms = ", ".join(sorted({found.farm.name for found in deliveries}))
    for person, texts in sentences.items():
        body = "\n\n".join([_("Bonjour %(name)s,") % {"name": person.full_name}, *texts])
        mail.ask(
            unit, person.email or "", person.full_name, f"{what} : {farms}", body, run_at=unit.now + HOLD, group=group
        )


def _money(effect: LineEffect, cents: int) -> str:
    if effect is LineEffect.CREDITED:
        return _("Son montant, %(amount)s, est déduit de ce que vous devez.") % {"amount": format_euros(cents)}
    return _("Ce panier reste payé : foyers et ferme partagent le risque.")


def _because(found: Delivery) -> str:
    return " " + _("Raison : %(reason)s.") % {"reason": found.reason.rstrip(".")} if found.reason else ""


def _named(found: Delivery) -> dict[str, str]:
    return {"farm": found.farm.name, "day": long_day(found.distribution.day)}


def _appointment(found: Delivery) -> str:
    evening = found.distribution
    hours = _("de %(start)s à %(end)s") % {"start": clock(evening.starts_at), "end": clock(evening.ends_at)}
    return f"{long_day(evening.day)}, {hours}, {evening.place.name}"
