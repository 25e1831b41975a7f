"""Links to the sheets, an account, one’s calendar, on the pages of the core."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from courtil.api import Base, Fragment, Reader, View, _
from courtil_contracts.services.sheets.rights import RIGHTS

WRITES_OFFERS = "offers.write"


class Link(NamedTuple):
    """What a link says, the name of its page, the parameters of its address."""

    label: str
    route: str
    params: Mapping[str, int] = {}
    icon: str = "printer"


def links(slot: str, view: View) -> list[Fragment]:
    """The links of this slot that lead the actor to something; asks the database nothing."""
    found = SLOTS[slot](view) if slot in SLOTS else []
    return [Fragment(template="contracts/_links.html", context={"links": found})] if found else []


def _reaches(reader: Reader, row: Base) -> bool:
    return any(reader.allows(right, row) for right in RIGHTS)


def _of_offer(view: View) -> list[Link]:
    found = _capacities(view.reader, view.offer, view.offer.farm_id)
    if _reaches(view.reader, view.offer):
        found.append(Link(_("Feuilles de ce contrat"), "contracts_sheets", {"offer_id": view.offer.id}))
    return found


def _of_farms(view: View) -> list[Link]:
    return _capacities(view.reader, view.farm, view.farm.id)


def _capacities(reader: Reader, row: Base, farm_id: int) -> list[Link]:
    if not reader.allows(WRITES_OFFERS, row):
        return []
    return [Link(_("Capacité partagée"), "contracts_capacities", {"farm_id": farm_id}, "scale")]


def _of_delivery(view: View) -> list[Link]:
    if not _reaches(view.reader, view.delivery):
        return []
    return [Link(_("Étiquettes"), "contracts_labels", {"delivery_id": view.delivery.id})]


def _of_contract(view: View) -> list[Link]:
    mine = any(view.reader.allows(right, view.contract) for right in ("self.subscribe", "contracts.write"))
    if view.contract.offer.kind != "contracts.account" or not mine:
        return []
    return [
        Link(_("Commander sur ce compte"), "contracts_account", {"contract_id": view.contract.id}, "shopping-basket")
    ]


def _of_evening(view: View) -> list[Link]:
    evening = view.distribution
    if not any(_reaches(view.reader, delivery) for delivery in evening.deliveries):
        return []
    return [Link(_("Dossier de contrôle"), "contracts_inspection", {"distribution_id": evening.id})]


def _of_farm(view: View) -> list[Link]:
    words = Link(_("Dossier de contrôle"), "contracts_inspection", {"distribution_id": view.delivery.distribution_id})
    return [*_of_delivery(view), words, Link(_("Mon calendrier"), "contracts_calendar", icon="calendar-days")]


def _of_settings(view: View) -> list[Link]:
    may = view.reader.actor is not None and view.reader.actor.can(WRITES_OFFERS)
    return [Link(_("Modèles de contrat"), "contracts_templates", icon="file-text")] if may else []


SLOTS: Mapping[str, Callable[[View], list[Link]]] = {
    "offer.aside": _of_offer,
    "farm.aside": _of_farms,
    "contract.aside": _of_contract,
    "delivery.aside": _of_delivery,
    "distribution.aside": _of_evening,
    "farm_home.aside": _of_farm,
    "settings.links": _of_settings,
}
