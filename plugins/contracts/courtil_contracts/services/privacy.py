"""What the plugin keeps about persons: given to whoever asks, forgotten with them."""

from sqlalchemy import delete, or_, select, update

from courtil.api import Contract, Delivery, Distribution, Offer, Person, PersonalRecord, Reader, Unit, _, long_day
from courtil_contracts.tables import Approval, ContractChange, ContractHazard, Reminder, StandingOrder, WrittenPlan


def records(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """Changes of contracts that concern her or that she entered, offers that she reviewed, reminders."""
    return [*_changes(person_id, reader), *_reviews(person_id, reader), *_reminders(person_id, reader)]


def _changes(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """The changes of her household's contracts, the baskets proposed to it, and what she entered for others."""
    home = select(Person.household_id).where(Person.id == person_id).scalar_subquery()
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


def forget(person_id: int, unit: Unit) -> None:
    """Forget who entered or answered what, her words on changes, and the reminders of her household."""
    for table in (ContractChange, ContractHazard):
        hers = table.by_person_id == person_id
        unit.execute(update(table).where(hers).values(by_person_id=None, note=""))
    for kept in (WrittenPlan, StandingOrder):
        unit.execute(update(kept).where(kept.by_person_id == person_id).values(by_person_id=None))
    for column in (Approval.by_person_id, Approval.sent_by_id):
        unit.execute(update(Approval).where(column == person_id).values({column.key: None}))
    home = select(Person.household_id).where(Person.id == person_id, Person.household_id.is_not(None))
    unit.execute(delete(Reminder).where(Reminder.household_id.in_(home)))
