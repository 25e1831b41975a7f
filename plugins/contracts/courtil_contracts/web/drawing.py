"""What the plugin draws in the pages of the core, by slot."""

from courtil.api import Fragment, View
from courtil_contracts.web import (
    amendments,
    approval,
    calendar,
    capacity_pages,
    change_fragments,
    hazards,
    links,
    minimum,
    pairing_fragments,
    pairing_sets,
    scans,
    weighing,
    written_plans,
)

DRAWN = {
    "offer.aside": (minimum.of_offer, approval.of_offer, pairing_sets.of_offer),
    "farm_space.top": (approval.of_farm, amendments.of_farm),
    "subscribe.choose": (minimum.of_choice, capacity_pages.of_choice, pairing_fragments.of_choice),
    "member.contracts": (minimum.of_member, pairing_fragments.of_contracts),
    "subscribe.pay": (written_plans.of_payment,),
    "contract.aside": (
        written_plans.of_contract,
        change_fragments.of_contract,
        pairing_fragments.of_contract,
        amendments.of_contract,
        scans.of_contract,
    ),
    "account.sections": (calendar.of_account,),
    "today.aside": (minimum.of_today,),
    "member.home": (change_fragments.of_home, pairing_fragments.of_home),
    "member.basket": (change_fragments.of_basket,),
    "member.basket_line": (change_fragments.of_line,),
    "farm_home.aside": (weighing.of_farm,),
    "distribution.aside": (change_fragments.of_evening, pairing_fragments.of_evening),
    "delivery.aside": (hazards.of_delivery,),
}


def drawn(slot: str, view: View) -> list[Fragment]:
    """The fragments of this slot: links to sheets, changes, what waits for somebody, households that are missing."""
    return [*links.links(slot, view), *(one for draw in DRAWN.get(slot, ()) for one in draw(view))]
