"""What the plugin keeps about persons: given to whoever asks, forgotten with them."""

from sqlalchemy import or_, select, update

from courtil.api import Contract, Delivery, Distribution, Person, PersonalRecord, Reader, Unit, _, long_day
from courtil_contracts.tables import ContractChange, ContractHazard


def records(person_id: int, reader: Reader) -> list[PersonalRecord]:
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


def forget(person_id: int, unit: Unit) -> None:
    """Forget who entered what, and her words; the changes themselves stay with the contracts."""
    for table in (ContractChange, ContractHazard):
        hers = table.by_person_id == person_id
        unit.execute(update(table).where(hers).values(by_person_id=None, note=""))
