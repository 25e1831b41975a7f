"""What the plugin adds to the core."""

from collections.abc import Mapping

from courtil.api import (
    N_,
    Article,
    ContractAmended,
    ContractEnded,
    ContractKind,
    ContractSigned,
    DeliveryChanged,
    Draft,
    Fragment,
    HelpPage,
    JobKind,
    ListColumn,
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
from courtil_contracts.services import capacities, privacy, reminders, sharing, standing
from courtil_contracts.services import templates as texts
from courtil_contracts.services.plans import plans_of
from courtil_contracts.services.sheets.rights import COORDINATION, FARM
from courtil_contracts.web import (
    amendments,
    approval,
    archive,
    calendar,
    capacity_pages,
    changes,
    hazards,
    orders,
    pairing_sets,
    pairings,
    scans,
    sheets,
    templates,
    terms,
    weighing,
    written_plans,
)
from courtil_contracts.web import standing as standing_pages
from courtil_contracts.web.drawing import drawn
from courtil_contracts.web.help import HELP
from courtil_contracts.web.kinds import KINDS

__all__ = [
    "basket_problems", "columns", "contract_amended", "contract_articles", "contract_changed", "contract_kinds",
    "contract_signed", "delivery_changed", "events", "fragments", "help_pages", "jobs", "menu", "opening_problems",
    "payment_plans", "person_erased", "personal_data", "routes", "row_actions", "tables",
]  # fmt: skip

PAGES = (
    terms.contracts_terms, terms.contracts_set_terms,
    templates.contracts_templates, templates.contracts_new_template, templates.contracts_add_template,
    templates.contracts_preview_template, templates.contracts_template, templates.contracts_set_template,
    templates.contracts_restore_template, templates.contracts_archive_template, templates.contracts_unarchive_template,
    approval.contracts_review, approval.contracts_answer, approval.contracts_send, approval.contracts_note,
    sheets.contracts_offers, sheets.contracts_sheets, sheets.contracts_sheet, sheets.contracts_sheet_file,
    sheets.contracts_labels, sheets.contracts_labels_file, sheets.contracts_inspection,
    sheets.contracts_inspection_file,
    archive.contracts_archive, archive.contracts_archive_progress, archive.contracts_prepare_archive,
    archive.contracts_archive_file,
    orders.contracts_account, orders.contracts_order, orders.contracts_top_up,
    standing_pages.contracts_stand, standing_pages.contracts_stop, standing_pages.contracts_resume,
    standing_pages.contracts_skip,
    written_plans.contracts_payments, written_plans.contracts_write_payments,
    weighing.contracts_weighing, weighing.contracts_weigh,
    calendar.contracts_calendar, calendar.contracts_renew_calendar, calendar.contracts_remove_calendar,
    calendar.contracts_calendar_file,
    scans.contracts_add_scan, scans.contracts_remove_scan, scans.contracts_restore_scan, scans.contracts_scan,
    changes.contracts_changes, changes.contracts_day, changes.contracts_preview_change, changes.contracts_change,
    changes.contracts_make_change, changes.contracts_undo_change, changes.contracts_accept, changes.contracts_decline,
    amendments.contracts_amendments, amendments.contracts_accept_amendments, amendments.contracts_amended_file,
    hazards.contracts_hazard, hazards.contracts_preview_hazard, hazards.contracts_make_hazard,
    hazards.contracts_undo_hazard,
    capacity_pages.contracts_capacities, capacity_pages.contracts_new_capacity, capacity_pages.contracts_add_capacity,
    capacity_pages.contracts_capacity, capacity_pages.contracts_set_capacity, capacity_pages.contracts_remove_capacity,
    capacity_pages.contracts_restore_capacity,
    pairings.contracts_share, pairings.contracts_ask_to_share, pairings.contracts_accept_sharing,
    pairings.contracts_decline_sharing, pairings.contracts_withdraw_sharing, pairings.contracts_sign_part,
    pairing_sets.contracts_pairings, pairing_sets.contracts_pair, pairing_sets.contracts_unpair,
    pairing_sets.contracts_end_pairing, pairing_sets.contracts_stop_pairing, pairing_sets.contracts_reopen_pairing,
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
def contract_articles(offer_id: int, reader: Reader) -> list[Article] | None:
    """What the template of the offer says."""
    return texts.of_offer(offer_id, reader)


@hook
def opening_problems(offer_id: int, reader: Reader) -> list[Problem]:
    """The farm has not approved the offer yet."""
    return approvals.opening_problems(offer_id, reader)


@hook
def basket_problems(offer_id: int, wanted: Mapping[tuple[int, int], int], reader: Reader) -> list[Problem]:
    """More than the farm has for its offers together."""
    return capacities.problems(offer_id, wanted, reader)


@hook
def contract_signed(event: ContractSigned, unit: Unit) -> None:
    """One of two households that share has signed."""
    sharing.signed(unit, event.contract_id)


@hook
def contract_amended(event: ContractAmended, unit: Unit) -> None:
    """A basket that is paid in two parts costs something else."""
    sharing.follow(unit, event.contract_id)


@hook
def contract_changed(event: ContractEnded, unit: Unit) -> None:
    """A basket that is paid in two parts was cancelled, ended early, or is back."""
    sharing.follow(unit, event.contract_id)


@hook
def delivery_changed(event: DeliveryChanged, unit: Unit) -> None:
    """A cancelled date changes both parts of the baskets that are shared."""
    sharing.follow_delivery(unit, event.delivery_id)


@hook
def columns() -> list[ListColumn]:
    """With whom a basket is shared, where it is handed out."""
    return [
        ListColumn(
            on="contract", label=N_("Partagé avec"), values=sharing.beside, lists=False, exports=False, baskets=True
        )
    ]


@hook
def routes() -> list[PageRoute]:
    """The pages of the plugin."""
    return [PageRoute(page=one) for one in PAGES]


@hook
def jobs() -> list[JobKind]:
    """Printing the contracts of an offer; each day, reminders of what closes soon, and orders that stand."""
    return [
        *archives.JOBS,
        JobKind(name="contracts.remind", run=reminders.remind, daily=True),
        JobKind(name="contracts.standing", run=standing.ask, daily=True),
        JobKind(name=standing.PLACES, run=standing.place),
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
    """Links to the sheets; changes, amendments and hazards; the farm's approval; households that are missing."""
    return drawn(slot.name, view)


@hook
def personal_data(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """Changes and amendments of contracts, offers that she reviewed, reminders."""
    return privacy.records(person_id, reader)


@hook
def person_erased(event: PersonErased, unit: Unit) -> None:
    """Who entered or answered what is forgotten."""
    privacy.forget(event.person_id, unit)
