"""How many households are missing, told to the coordination with what to do, and to members."""

from courtil.api import Fragment, View, _, ngettext
from courtil_contracts.services import minimum as service
from courtil_contracts.services.minimum import Missing


def sentence(found: Missing) -> str:
    """`Il manque 3 foyers pour que ce contrat commence.`"""
    return ngettext(
        "Il manque %(n)s foyer pour que ce contrat commence.", "Il manque %(n)s foyers pour que ce contrat commence.",
        found.missing,
    )  # fmt: skip


def of_offer(view: View) -> list[Fragment]:
    """On the page of the offer: how many there are, how many it takes, and what can be done."""
    return [
        Fragment(template="contracts/_minimum.html", context={"found": one, "says": sentence(one)}, order=10)
        for one in service.missing(view.reader, [view.offer])
    ]


def of_choice(view: View) -> list[Fragment]:
    """Under the grid where a household chooses."""
    return [Fragment(text=sentence(one)) for one in service.missing(view.reader, [view.offer])]


def of_member(view: View) -> list[Fragment]:
    """Under a member's contracts, those that have not enough households."""
    actor = view.reader.actor
    if actor is None or actor.household_id is None:
        return []
    return [
        Fragment(text=_("%(name)s : %(says)s") % {"name": one.offer.name, "says": sentence(one)})
        for one in service.seen_by(view.reader, actor.household_id)
    ]
