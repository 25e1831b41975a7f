"""What the plugin draws in the pages of the core, by slot."""

from courtil.api import Fragment, View
from courtil_contracts.web import approval, links

DRAWN = {"offer.aside": (approval.of_offer,), "farm_space.top": (approval.of_farm,)}


def drawn(slot: str, view: View) -> list[Fragment]:
    """The fragments of this slot: links to sheets, and what waits for somebody."""
    return [*links.links(slot, view), *(one for draw in DRAWN.get(slot, ()) for one in draw(view))]
