"""Reminders before subscriptions close: once for each household and offer, to those who have not signed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from courtil.api import (
    BINDING,
    FRENCH,
    Contract,
    ContractState,
    Household,
    Offer,
    OfferState,
    Person,
    Reader,
    Season,
    Unit,
    _,
    ask_mail,
    long_day,
    spoken,
    subscribed,
)
from courtil_contracts.domain.goals import Progress
from courtil_contracts.domain.sharing import PairingState
from courtil_contracts.services.minimum import gatherings
from courtil_contracts.settings import settings
from courtil_contracts.tables import Pairing, Reminder

STAYED = tuple(state for state in BINDING if state is not ContractState.TERMINATED)
"""Who ended a contract early is not asked to sign the next."""


def remind(unit: Unit) -> None:
    """Write to the households that have not signed what closes within the days that the AMAP chose."""
    chosen = settings(unit)
    told: dict[int, list[Offer]] = defaultdict(list)
    for offer in closing(unit, chosen.remind_days) if chosen.remind_days else ():
        unit.locked(Offer, offer.id)
        for household_id in to_remind(unit, offer, everybody=chosen.remind_everybody):
            unit.session.add(Reminder(offer_id=offer.id, household_id=household_id, at=unit.now))
            told[household_id].append(offer)
    unit.session.flush()
    _write(unit, told)


def closing(reader: Reader, days: int) -> Sequence[Offer]:
    """The open offers whose last day to sign comes within so many days and that have a place left, by that day."""
    soon = Offer.closes_on.between(reader.today, reader.today + timedelta(days=days))
    query = select(Offer).where(Offer.state == OfferState.OPEN, soon).options(joinedload(Offer.farm))
    found = reader.all(query.order_by(Offer.closes_on, Offer.id))
    taken = subscribed(reader, [one.id for one in found])
    return [one for one in found if one.places is None or taken.get(one.id, 0) < one.places]


def to_remind(reader: Reader, offer: Offer, *, everybody: bool = False) -> Sequence[int]:
    """The households to write to about this offer: present, without a signature, not reminded yet.

    Those who had it the season before, by its name or else from the same farm; or everybody. Not those for whom the
    household with which they share signs.
    """
    present = Household.archived_at.is_(None) & Household.left_on.is_(None)
    answered = select(Contract.household_id).where(Contract.offer_id == offer.id, Contract.state != ContractState.DRAFT)
    reminded = select(Reminder.household_id).where(Reminder.offer_id == offer.id)
    paired = (Pairing.offer_id == offer.id, Pairing.state == PairingState.ACCEPTED, Pairing.second_id.is_not(None))
    spared = select(Pairing.second_id).where(*paired, Pairing.payers == 1)
    query = select(Household.id).where(present, Household.id.not_in(answered), Household.id.not_in(reminded))
    query = query.where(Household.id.not_in(spared))
    if not everybody:
        query = query.where(Household.id.in_(_had_it(reader, offer)))
    return reader.all(query.order_by(Household.id))


def _had_it(reader: Reader, offer: Offer) -> Select[int]:
    """The households engaged under the offers that came before this one."""
    season = reader.get(Season, offer.season_id)
    earlier = select(Offer).join(Season, Season.id == Offer.season_id).order_by(Season.starts_on.desc())
    before = reader.all(earlier.where(Offer.farm_id == offer.farm_id, Season.starts_on < season.starts_on))
    last = [one for one in before if one.season_id == before[0].season_id]
    same = [one.id for one in last if one.name == offer.name] or [one.id for one in last]
    return select(Contract.household_id).where(Contract.offer_id.in_(same), Contract.state.in_(STAYED))


@spoken(FRENCH)
def _write(unit: Unit, told: Mapping[int, Sequence[Offer]]) -> None:
    text = _(
        "Bonjour %(name)s,\n\nVotre foyer n’a pas encore signé :\n\n%(offers)s\n\nPour choisir et signer, ouvrez "
        "« Mes contrats » sur le site de l’AMAP. Si vous ne continuez pas, vous n’avez rien à faire.\n"
    )
    every = {offer.id: offer for offers in told.values() for offer in offers}
    volumes = {one.offer.id: one.lacking for one in gatherings(unit, list(every.values()))}
    for person in _persons(unit, told):
        offers = told[person.household_id or 0]
        lines = "\n".join(_line(one, volumes.get(one.id, ())) for one in offers)
        subject = _("Derniers jours pour signer : %(names)s") % {"names": ", ".join(one.name for one in offers)}
        words = {"name": person.full_name, "offers": lines}
        ask_mail(unit, person.email or "", person.full_name, subject, text % words)


def _line(offer: Offer, missing: Sequence[Progress]) -> str:
    """The offer with its last day, and what all households together still have to reach."""
    day = long_day(offer.closes_on) if offer.closes_on else ""
    line = _("– %(offer)s, %(farm)s, jusqu’au %(day)s") % {"offer": offer.name, "farm": offer.farm.name, "day": day}
    return "\n  ".join([line, *map(str, missing)])


def _persons(reader: Reader, households: Collection[int]) -> Sequence[Person]:
    query = select(Person).where(Person.household_id.in_(households), Person.email.is_not(None))
    return reader.all(query.where(Person.archived_at.is_(None)).order_by(Person.id))
