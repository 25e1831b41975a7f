"""What the plugin adds to the core."""

from courtil.api import N_, Fragment, MenuItem, PageRoute, RowAction, Slot, View, hook
from courtil_contracts import tables
from courtil_contracts.services.sheets.rights import COORDINATION, FARM
from courtil_contracts.web import links, sheets

__all__ = ["fragments", "menu", "routes", "row_actions", "tables"]


@hook
def routes() -> list[PageRoute]:
    """Sheets of offers and evenings."""
    pages = (
        sheets.contracts_offers, sheets.contracts_sheets, sheets.contracts_sheet, sheets.contracts_sheet_file,
        sheets.contracts_labels, sheets.contracts_labels_file, sheets.contracts_inspection,
        sheets.contracts_inspection_file,
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
    """Links to the sheets."""
    return links.links(slot.name, view)
