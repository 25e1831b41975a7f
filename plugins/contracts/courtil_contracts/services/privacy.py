"""What the plugin keeps about persons: given to whoever asks, forgotten with them."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ScalarSelect, delete, or_, select, update

from courtil.api import Contract, Delivery, Distribution, Offer, Person, PersonalRecord, Reader, Unit, _, long_day
from courtil_contracts.tables import (
    Approval,
    ContractAcceptance,
    ContractAmendment,
    ContractChange,
    ContractHazard,
    ContractScan,
    Pairing,
    PersonCalendar,
    Reminder,
    StandingOrder,
    WrittenPlan,
)


def records(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """All that is kept about her and her household, and what she entered for others."""
    kinds = (_changes, _amendments, _reviews, _reminders, _scans, _calendars, _pairings, _written, _standing)
    return [one for kind in kinds for one in kind(person_id, reader)]


def _changes(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """The changes of her household's contracts, the baskets proposed to it, and what she entered for others."""
    home = _home(person_id)
    query = (
        select(ContractChange, Distribution.day)
        .join(Contract, Contract.id == ContractChange.contract_id)
        .outerjoin(Delivery, Delivery.id == ContractChange.delivery_id)
        .outerjoin(Distribution, Distribution.id == Delivery.distribution_id)
        .where(
            or_(
                Contract.household_id == home, ContractChange.to_household_id == home,
                ContractChange.by_person_id == person_id,
            )
        )
        .order_by(ContractChange.id)
    )  # fmt: skip
    return [
        PersonalRecord(
            title=_("Changement après signature"),
            values={
                _("Contrat"): one.contract_id, _("Quoi"): one.kind, _("Livraison"): long_day(day) if day else None,
                _("État"): one.state.value, _("Montant en centimes"): one.cents, _("Mot"): one.note or None,
                _("Fait le"): long_day(one.at.date()),
            },
        )
        for one, day in reader.rows(query)
    ]  # fmt: skip


def _amendments(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """The amendments of her household's contracts, and those she agreed to for others; of her own, the evidence."""
    home = _home(person_id)
    query = (
        select(ContractAmendment, ContractAcceptance)
        .join(Contract, Contract.id == ContractAmendment.contract_id)
        .outerjoin(ContractAcceptance, ContractAcceptance.amendment_id == ContractAmendment.id)
        .where(or_(Contract.household_id == home, ContractAcceptance.person_id == person_id))
        .order_by(ContractAmendment.id, ContractAcceptance.id)
    )
    return [_amendment(person_id, reader, one, accepted) for one, accepted in reader.rows(query)]


def _amendment(
    person_id: int, reader: Reader, one: ContractAmendment, accepted: ContractAcceptance | None
) -> PersonalRecord:
    hers = accepted is not None and accepted.person_id == person_id
    values: dict[str, str | int | bool | None] = {
        _("Contrat"): one.contract_id, _("Numéro"): one.number, _("Fait le"): long_day(reader.day_of(one.at)),
        _("Accepté par"): accepted.name if accepted else None,
        _("Accepté le"): long_day(reader.day_of(accepted.at)) if accepted else None,
        _("Preuve"): accepted.evidence_hash if accepted and hers else None,
    }  # fmt: skip
    return PersonalRecord(title=_("Avenant"), values=values)


def _written(person_id: int, reader: Reader) -> list[PersonalRecord]:
    return [
        PersonalRecord(
            title=_("Paiements écrits par le foyer"),
            values={
                _("Contrat"): one.contract_id, _("Montants en centimes"): ", ".join(map(str, one.cents)),
                _("Fait le"): long_day(reader.day_of(one.at)),
            },
        )
        for one in _entered(WrittenPlan, person_id, reader)
    ]  # fmt: skip


def _standing(person_id: int, reader: Reader) -> list[PersonalRecord]:
    return [
        PersonalRecord(
            title=_("La même commande à chaque livraison"),
            values={
                _("Contrat"): one.contract_id, _("Quantités"): ", ".join(map(str, one.quantities.values())),
                _("Fait le"): long_day(reader.day_of(one.at)),
            },
        )
        for one in _entered(StandingOrder, person_id, reader)
    ]  # fmt: skip


Entered = TypeVar("Entered", WrittenPlan, StandingOrder)


def _entered(table: type[Entered], person_id: int, reader: Reader) -> Sequence[Entered]:
    """The rows about contracts of her household, and those that she entered for others."""
    query = select(table).join(Contract, Contract.id == table.contract_id)
    mine = or_(Contract.household_id == _home(person_id), table.by_person_id == person_id)
    return reader.all(query.where(mine).order_by(table.contract_id))


def _home(person_id: int) -> ScalarSelect[int | None]:
    return select(Person.household_id).where(Person.id == person_id).scalar_subquery()


def _reviews(person_id: int, reader: Reader) -> list[PersonalRecord]:
    query = select(Offer.name, Approval.word).join(Approval, Approval.offer_id == Offer.id)
    hers = or_(Approval.by_person_id == person_id, Approval.sent_by_id == person_id)
    return [
        PersonalRecord(title=_("Contrat vierge relu avec la ferme"), values={_("Contrat"): name, _("Mot"): word})
        for name, word in reader.rows(query.where(hers).order_by(Offer.id))
    ]


def _reminders(person_id: int, reader: Reader) -> list[PersonalRecord]:
    query = (
        select(Offer.name, Reminder.at)
        .join(Reminder, Reminder.offer_id == Offer.id)
        .join(Person, Person.household_id == Reminder.household_id)
        .where(Person.id == person_id)
        .order_by(Offer.id)
    )
    return [
        PersonalRecord(
            title=_("Rappel d’un contrat qui se clôt"),
            values={_("Contrat"): name, _("Fait le"): long_day(reader.day_of(at))},
        )
        for name, at in reader.rows(query)
    ]


def _scans(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """The papers of her household, and those that she joined for others."""
    home = _home(person_id)
    query = (
        select(ContractScan, Offer.name)
        .join(Contract, Contract.id == ContractScan.contract_id)
        .join(Offer, Offer.id == Contract.offer_id)
        .where(or_(Contract.household_id == home, ContractScan.by_person_id == person_id))
        .order_by(ContractScan.id)
    )
    return [
        PersonalRecord(
            title=_("Scan d’un contrat sur papier"),
            values={_("Contrat"): name, _("Empreinte"): one.sha256, _("Fait le"): long_day(reader.day_of(one.at))},
        )
        for one, name in reader.rows(query)
    ]


def _calendars(person_id: int, reader: Reader) -> list[PersonalRecord]:
    made = reader.all(select(PersonCalendar.made_at).where(PersonCalendar.person_id == person_id))
    return [
        PersonalRecord(title=_("Adresse de calendrier"), values={_("Fait le"): long_day(reader.day_of(at))})
        for at in made
    ]


def _pairings(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """The pairings of her household, and those that she set for others."""
    home = _home(person_id)
    hers = (Pairing.asked_by_id, Pairing.answered_by_id)
    query = (
        select(Pairing, Offer.name)
        .join(Offer, Offer.id == Pairing.offer_id)
        .where(or_(Pairing.first_id == home, Pairing.second_id == home, *(column == person_id for column in hers)))
    )
    return [
        PersonalRecord(
            title=_("Panier partagé"),
            values={
                _("Contrat"): name, _("État"): one.state.value, _("Fait le"): long_day(reader.day_of(one.asked_at)),
                _("Adresse écrite"): one.email if one.asked_by_id == person_id and one.email else None,
            },
        )
        for one, name in reader.rows(query.order_by(Pairing.id))
    ]  # fmt: skip


def forget(person_id: int, unit: Unit) -> None:
    """Forget who entered or answered what, her words on changes, her calendar, her household's reminders.

    Amendments and who agreed to them stay, as contracts and their signatures do: the law wants them kept.
    """
    for table in (ContractChange, ContractHazard):
        hers = table.by_person_id == person_id
        unit.execute(update(table).where(hers).values(by_person_id=None, note=""))
    for kept in (ContractScan, WrittenPlan, StandingOrder):
        unit.execute(update(kept).where(kept.by_person_id == person_id).values(by_person_id=None))
    for column in (Approval.by_person_id, Approval.sent_by_id):
        unit.execute(update(Approval).where(column == person_id).values({column.key: None}))
    unit.execute(delete(PersonCalendar).where(PersonCalendar.person_id == person_id))
    address = select(Person.email).where(Person.id == person_id).scalar_subquery()
    unit.execute(update(Pairing).where(Pairing.email != "", Pairing.email == address).values(email=""))
    for column in (Pairing.asked_by_id, Pairing.answered_by_id):
        unit.execute(update(Pairing).where(column == person_id).values({column.key: None, "email": ""}))
    home = select(Person.household_id).where(Person.id == person_id, Person.household_id.is_not(None))
    unit.execute(delete(Reminder).where(Reminder.household_id.in_(home)))
