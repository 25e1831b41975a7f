"""What the plugin adds to the core."""

from courtil.api import (
    ContractKind,
    Draft,
    Fragment,
    PageRoute,
    PaymentPlan,
    PersonalRecord,
    PersonErased,
    Reader,
    Slot,
    Unit,
    View,
    hook,
)
from courtil_contracts import tables
from courtil_contracts.services import privacy
from courtil_contracts.services.plans import plans_of
from courtil_contracts.web import change_fragments, changes, hazards
from courtil_contracts.web.kinds import KINDS

__all__ = ["tables"]

DRAWN = {
    "contract.aside": change_fragments.of_contract,
    "member.home": change_fragments.of_home,
    "member.basket": change_fragments.of_basket,
    "distribution.aside": change_fragments.of_evening,
    "delivery.aside": hazards.of_delivery,
}


@hook
def contract_kinds() -> list[ContractKind]:
    """Rhythms, quantities by date, prepaid accounts."""
    return list(KINDS)


@hook
def payment_plans(draft: Draft, reader: Reader) -> list[PaymentPlan] | None:
    """The plans that the terms of the offer propose."""
    return plans_of(draft, reader)


@hook
def routes() -> list[PageRoute]:
    """Changes after signing, and hazards."""
    return [
        PageRoute(page=one)
        for one in (
            changes.contracts_changes, changes.contracts_day, changes.contracts_preview_change,
            changes.contracts_change, changes.contracts_make_change, changes.contracts_undo_change,
            changes.contracts_accept, changes.contracts_decline, hazards.contracts_hazard,
            hazards.contracts_preview_hazard, hazards.contracts_make_hazard, hazards.contracts_undo_hazard,
        )
    ]  # fmt: skip


@hook
def fragments(slot: Slot, view: View) -> list[Fragment]:
    """The ways to changes and hazards, and who takes whose basket."""
    draw = DRAWN.get(slot.name)
    return draw(view) if draw else []


@hook
def personal_data(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """Changes of contracts."""
    return privacy.records(person_id, reader)


@hook
def person_erased(event: PersonErased, unit: Unit) -> None:
    """Who entered what is forgotten."""
    privacy.forget(event.person_id, unit)
