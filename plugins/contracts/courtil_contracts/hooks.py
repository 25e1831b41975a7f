"""What the plugin adds to the core."""

from courtil.api import (
    N_,
    ContractKind,
    Draft,
    Fragment,
    HelpPage,
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
from courtil_contracts.services import archive as archives
from courtil_contracts.services import privacy, reminders, standing
from courtil_contracts.services.plans import plans_of
from courtil_contracts.services.sheets.rights import COORDINATION, FARM
from courtil_contracts.web import (
    approval,
    archive,
    changes,
    hazards,
    orders,
    sheets,
    terms,
    weighing,
    written_plans,
)
from courtil_contracts.web import standing as standing_pages
from courtil_contracts.web.drawing import drawn
from courtil_contracts.web.help import HELP
from courtil_contracts.web.kinds import KINDS

__all__ = [
    "contract_kinds", "events", "fragments", "help_pages", "jobs", "menu", "opening_problems", "payment_plans",
    "person_erased", "personal_data", "routes", "row_actions", "tables",
]  # fmt: skip

PAGES = (
    terms.contracts_terms, terms.contracts_set_terms,
    approval.contracts_review, approval.contracts_answer, approval.contracts_send, approval.contracts_note,
    sheets.contracts_offers, sheets.contracts_sheets, sheets.contracts_sheet, sheets.contracts_sheet_file,
    sheets.contracts_labels, sheets.contracts_labels_file, sheets.contracts_inspection,
    sheets.contracts_inspection_file,
    archive.contracts_archive, archive.contracts_archive_progress, archive.contracts_prepare_archive,
    archive.contracts_archive_file,
    orders.contracts_account, orders.contracts_order, orders.contracts_top_up,
    standing_pages.contracts_stand, standing_pages.contracts_stop, standing_pages.contracts_skip,
    written_plans.contracts_payments, written_plans.contracts_write_payments,
    weighing.contracts_weighing, weighing.contracts_weigh,
    changes.contracts_changes, changes.contracts_day, changes.contracts_preview_change, changes.contracts_change,
    changes.contracts_make_change, changes.contracts_undo_change, changes.contracts_accept, changes.contracts_decline,
    hazards.contracts_hazard, hazards.contracts_preview_hazard, hazards.contracts_make_hazard,
    hazards.contracts_undo_hazard,
)  # fmt: skip


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
def routes() -> list[PageRoute]:
    """Terms, approvals, sheets, archives, accounts, weights, changes after signing, hazards."""
    return [PageRoute(page=one) for one in PAGES]


@hook
def jobs() -> list[JobKind]:
    """Printing the contracts of an offer; each day, reminders of what closes soon, and orders that stand."""
    return [
        *archives.JOBS,
        JobKind(name="contracts.remind", run=reminders.remind, daily=True),
        JobKind(name="contracts.standing", run=standing.place, daily=True),
    ]


@hook
def help_pages() -> list[HelpPage]:
    """One for each feature."""
    return list(HELP)


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
    """Links to the sheets; changes and hazards; the farm's approval; households that are missing."""
    return drawn(slot.name, view)


@hook
def personal_data(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """Changes of contracts, offers that she reviewed, reminders."""
    return privacy.records(person_id, reader)


@hook
def person_erased(event: PersonErased, unit: Unit) -> None:
    """Who entered or answered what is forgotten."""
    privacy.forget(event.person_id, unit)
