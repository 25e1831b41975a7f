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
    Reader,
    RowAction,
    Slot,
    Unit,
    View,
    hook,
)
from courtil_contracts import tables
from courtil_contracts.services import privacy
from courtil_contracts.services.archive import JOBS
from courtil_contracts.services.plans import plans_of
from courtil_contracts.services.sheets.rights import COORDINATION, FARM
from courtil_contracts.web import archive, change_fragments, changes, hazards, links, orders, sheets, terms, weighing
from courtil_contracts.web.kinds import KINDS

__all__ = [
    "contract_kinds", "fragments", "jobs", "menu", "payment_plans", "person_erased", "personal_data", "routes",
    "row_actions", "tables",
]  # fmt: skip

PAGES = (
    terms.contracts_terms, terms.contracts_set_terms,
    sheets.contracts_offers, sheets.contracts_sheets, sheets.contracts_sheet, sheets.contracts_sheet_file,
    sheets.contracts_labels, sheets.contracts_labels_file, sheets.contracts_inspection,
    sheets.contracts_inspection_file,
    archive.contracts_archive, archive.contracts_archive_progress, archive.contracts_prepare_archive,
    archive.contracts_archive_file,
    orders.contracts_account, orders.contracts_order, orders.contracts_top_up,
    weighing.contracts_weighing, weighing.contracts_weigh,
    changes.contracts_changes, changes.contracts_day, changes.contracts_preview_change, changes.contracts_change,
    changes.contracts_make_change, changes.contracts_undo_change, changes.contracts_accept, changes.contracts_decline,
    hazards.contracts_hazard, hazards.contracts_preview_hazard, hazards.contracts_make_hazard,
    hazards.contracts_undo_hazard,
)  # fmt: skip

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
    """Terms, sheets, archives, accounts, weights, changes after signing, hazards."""
    return [PageRoute(page=one) for one in PAGES]


@hook
def jobs() -> list[JobKind]:
    """Printing the contracts of an offer."""
    return list(JOBS)


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
    """Links to the sheets; the ways to changes and hazards, and who takes whose basket."""
    draw = DRAWN.get(slot.name)
    return [*links.links(slot.name, view), *(draw(view) if draw else [])]


@hook
def personal_data(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """Changes of contracts."""
    return privacy.records(person_id, reader)


@hook
def person_erased(event: PersonErased, unit: Unit) -> None:
    """Who entered what is forgotten."""
    privacy.forget(event.person_id, unit)
