"""What the plugin adds to the core."""

from courtil.api import (
    N_,
    ContractKind,
    Draft,
    Fragment,
    JobKind,
    MenuItem,
    PageRoute,
    PaymentPlan,
    PersonalRecord,
    PersonErased,
    Problem,
    Reader,
    RowAction,
    Slot,
    Unit,
    View,
    hook,
)
from courtil_contracts import tables
from courtil_contracts.domain import events
from courtil_contracts.services import approval as approvals
from courtil_contracts.services import privacy, reminders
from courtil_contracts.services.plans import plans_of
from courtil_contracts.services.sheets.rights import COORDINATION, FARM
from courtil_contracts.web import approval, sheets, terms
from courtil_contracts.web.drawing import drawn
from courtil_contracts.web.kinds import KINDS

__all__ = [
    "contract_kinds", "events", "fragments", "jobs", "menu", "opening_problems", "payment_plans", "person_erased",
    "personal_data", "routes", "row_actions", "tables",
]  # fmt: skip


@hook
def contract_kinds() -> list[ContractKind]:
    """Rhythms, quantities by date, prepaid accounts."""
    return list(KINDS)


@hook
def payment_plans(draft: Draft, reader: Reader) -> list[PaymentPlan] | None:
    """The plans that the terms of the offer propose."""
    return plans_of(draft, reader)


@hook
def opening_problems(offer_id: int, reader: Reader) -> list[Problem]:
    """The farm has not approved the offer yet."""
    return approvals.opening_problems(offer_id, reader)


@hook
def jobs() -> list[JobKind]:
    """Each day, who has not signed what closes soon is reminded once."""
    return [JobKind(name="contracts.remind", run=reminders.remind, daily=True)]


@hook
def personal_data(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """Offers that she sent or answered, reminders."""
    return privacy.records(reader, person_id)


@hook
def person_erased(event: PersonErased, unit: Unit) -> None:
    """Her name goes from what farms were asked."""
    privacy.forget(unit, event.person_id)


@hook
def routes() -> list[PageRoute]:
    """Terms of offers, their reading by farms; sheets of offers and evenings."""
    pages = (
        terms.contracts_terms, terms.contracts_set_terms,
        sheets.contracts_offers, sheets.contracts_sheets, sheets.contracts_sheet, sheets.contracts_sheet_file,
        sheets.contracts_labels, sheets.contracts_labels_file, sheets.contracts_inspection,
        sheets.contracts_inspection_file,
        approval.contracts_review, approval.contracts_answer, approval.contracts_send, approval.contracts_note,
    )  # fmt: skip
    return [PageRoute(page=one) for one in pages]


@hook
def menu() -> list[MenuItem]:
    """The sheets of offers, for the coordination and for the farm."""
    words = {"label": N_("Feuilles"), "url": "/x/contracts/feuilles", "icon": "printer"}
    return [
        MenuItem(**words, permission=COORDINATION, space="coordination"),
        MenuItem(**words, permission=FARM, space="farm"),
    ]


@hook
def row_actions() -> list[RowAction]:
    """The sheets of each offer in the list of offers."""
    url = "/x/contracts/feuilles/contrats/{id}"
    return [RowAction(on="offer", label=N_("Feuilles"), url=url, permission=COORDINATION, icon="printer")]


@hook
def fragments(slot: Slot, view: View) -> list[Fragment]:
    """Links to the sheets, the farm's approval."""
    return drawn(slot.name, view)
