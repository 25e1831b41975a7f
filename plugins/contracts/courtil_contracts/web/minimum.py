"""What households and volumes are missing, told to the coordination with what to do, and to members."""

from courtil.api import Fragment, View, _, ngettext
from courtil_contracts.services import minimum as service
from courtil_contracts.services.minimum import Gathering
from courtil_contracts.settings import settings


def sentences(found: Gathering) -> list[str]:
    """What is missing: `Il manque 3 foyers pour que ce contrat commence.`, and each volume that is not reached."""
    return [*_few(found), *map(str, found.lacking)]


def _few(found: Gathering) -> list[str]:
    if not found.few:
        return []
    return [
        ngettext(
            "Il manque %(n)s foyer pour que ce contrat commence.",
            "Il manque %(n)s foyers pour que ce contrat commence.",
            found.few,
        )
    ]


def of_offer(view: View) -> list[Fragment]:
    """On the page of the offer: how many there are, how many it takes, and what can be done."""
    found = service.gatherings(view.reader, [view.offer])
    few = [
        Fragment(template="contracts/_minimum.html", context={"found": one, "says": says}, order=10)
        for one in found
        for says in _few(one)
    ]
    volumes = [
        Fragment(template="contracts/_volumes.html", context={"found": one}, order=11) for one in found if one.goals
    ]
    return [*few, *volumes]


def of_choice(view: View) -> list[Fragment]:
    """Under the grid where a household chooses: households that are missing, and how far every volume is."""
    found = service.gatherings(view.reader, [view.offer])
    said = [says for one in found for says in (*_few(one), *map(str, one.goals))]
    if any(not one.is_complete for one in found):
        said.append(_("S’il ne commence pas, vous ne devez rien."))
    return [Fragment(text=says) for says in said]


def of_member(view: View) -> list[Fragment]:
    """Under a member's contracts, those that have not enough households, or not the volume it takes."""
    actor = view.reader.actor
    if actor is None or actor.household_id is None:
        return []
    found = service.seen_by(view.reader, actor.household_id)
    rows = [(one.offer, sentences(one)) for one in found]
    return [Fragment(template="contracts/incomplete.html", context={"rows": rows})] if rows else []


def of_today(view: View) -> list[Fragment]:
    """On the coordination's home: what is to settle before the order goes to the farm."""
    actor = view.reader.actor
    if actor is None or not actor.can_somewhere("offers.write"):
        return []
    found = service.to_settle(view.reader, settings(view.reader).remind_days)
    rows = [(one.offer, sentences(one)) for one in found]
    return [Fragment(template="contracts/to_settle.html", context={"rows": rows})] if rows else []
