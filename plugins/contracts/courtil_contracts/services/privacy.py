"""What the plugin keeps about a person: given to her, forgotten with her."""

from sqlalchemy import delete, or_, select, update

from courtil.api import Offer, Person, PersonalRecord, Reader, Unit, _
from courtil_contracts.tables import Approval, Reminder


def records(reader: Reader, person_id: int) -> list[PersonalRecord]:
    """Offers that she sent to a farm or answered, reminders that her household had."""
    reviewed = select(Offer.name, Approval.word).join(Approval, Approval.offer_id == Offer.id)
    hers = or_(Approval.by_person_id == person_id, Approval.sent_by_id == person_id)
    reminded = (
        select(Offer.name, Reminder.at)
        .join(Reminder, Reminder.offer_id == Offer.id)
        .join(Person, Person.household_id == Reminder.household_id)
    )
    return [
        *(
            PersonalRecord(title=_("Contrat vierge relu avec la ferme"), values={"contrat": name, "mot": word})
            for name, word in reader.rows(reviewed.where(hers).order_by(Offer.id))
        ),
        *(
            PersonalRecord(
                title=_("Rappel d’un contrat qui se clôt"),
                values={"contrat": name, "date": reader.day_of(at).isoformat()},
            )
            for name, at in reader.rows(reminded.where(Person.id == person_id).order_by(Offer.id))
        ),
    ]


def forget(unit: Unit, person_id: int) -> None:
    """Take her name off what farms were asked, and drop the reminders of her household."""
    for column in (Approval.by_person_id, Approval.sent_by_id):
        unit.execute(update(Approval).where(column == person_id).values({column.key: None}))
    home = select(Person.household_id).where(Person.id == person_id, Person.household_id.is_not(None))
    unit.execute(delete(Reminder).where(Reminder.household_id.in_(home)))
