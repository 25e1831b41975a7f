"""What the plugin keeps about persons: given to whoever asks, forgotten with them."""

from sqlalchemy import ScalarSelect, delete, or_, select, update

from courtil.api import Contract, Delivery, Distribution, Offer, Person, PersonalRecord, Reader, Unit, _, long_day
from courtil_contracts.tables import Approval, ContractChange, ContractHazard, Reminder, StandingOrder, WrittenPlan


def records(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """Changes, written payments and standing orders of her household or that she entered, reviews, reminders."""
    return [
        *_changes(person_id, reader), *_written(person_id, reader), *_standing(person_id, reader),
        *_reviews(person_id, reader), *_reminders(person_id, reader),
    ]  # fmt: skip


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


def _written(person_id: int, reader: Reader) -> list[PersonalRecord]:
    query = select(WrittenPlan).join(Contract, Contract.id == WrittenPlan.contract_id)
    mine = or_(Contract.household_id == _home(person_id), WrittenPlan.by_person_id == person_id)
    return [
        PersonalRecord(
            title=_("Paiements écrits par le foyer"),
            values={
                _("Contrat"): one.contract_id, _("Montants en centimes"): ", ".join(map(str, one.cents)),
                _("Fait le"): long_day(reader.day_of(one.at)),
            },
        )
        for one in reader.all(query.where(mine).order_by(WrittenPlan.contract_id))
    ]  # fmt: skip


def _standing(person_id: int, reader: Reader) -> list[PersonalRecord]:
    query = select(StandingOrder).join(Contract, Contract.id == StandingOrder.contract_id)
    mine = or_(Contract.household_id == _home(person_id), StandingOrder.by_person_id == person_id)
    return [
        PersonalRecord(
            title=_("La même commande à chaque livraison"),
            values={
                _("Contrat"): one.contract_id, _("Quantités"): ", ".join(map(str, one.quantities.values())),
                _("Fait le"): long_day(reader.day_of(one.at)),
            },
        )
        for one in reader.all(query.where(mine).order_by(StandingOrder.contract_id))
    ]  # fmt: skip


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
