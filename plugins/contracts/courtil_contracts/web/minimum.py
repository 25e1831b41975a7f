"""What households and volumes are missing, told to the coordination with what to do, and to members."""

from courtil.api import Fragment, View, _, ngettext
from courtil_contracts.services import minimum as service
from courtil_contracts.services.minimum import Missing
from courtil_contracts.settings import settings


def sentence(found: Missing) -> str:
    """`Il manque 3 foyers pour que ce contrat commence.`"""
    return ngettext(
        "Il manque %(n)s foyer pour que ce contrat commence.", "Il manque %(n)s foyers pour que ce contrat commence.",
        found.missing,
    )  # fmt: skip


def of_offer(view: View) -> list[Fragment]:
    """On the page of the offer: how many there are, how many it takes, and what can be done."""
    few = [
        Fragment(template="contracts/_minimum.html", context={"found": one, "says": sentence(one)}, order=10)
        for one in service.missing(view.reader, [view.offer])
    ]
    volumes = [
        Fragment(template="contracts/_volumes.html", context={"offer": one.offer, "found": one}, order=11)
        for one in service.gathered(view.reader, [view.offer])
    ]
    return [*few, *volumes]


def of_choice(view: View) -> list[Fragment]:
    """Under the grid where a household chooses."""
    few = [Fragment(text=sentence(one)) for one in service.missing(view.reader, [view.offer])]
    volumes = service.gathered(view.reader, [view.offer])
    return [*few, *(Fragment(text=str(goal)) for one in volumes for goal in one.goals)]


def of_member(view: View) -> list[Fragment]:
    """Under a member's contracts, those that have not enough households, or not the volume it takes."""
    actor = view.reader.actor
    if actor is None or actor.household_id is None:
        return []
    few = [(one.offer.name, sentence(one)) for one in service.seen_by(view.reader, actor.household_id)]
    volumes = service.volumes_seen_by(view.reader, actor.household_id)
    said = [*few, *((one.offer.name, str(goal)) for one in volumes for goal in one.missing)]
    return [Fragment(text=_("%(name)s : %(says)s") % {"name": name, "says": says}) for name, says in said]


def of_today(view: View) -> list[Fragment]:
    """On the coordination's home: what is to settle before the order goes to the farm."""
    actor = view.reader.actor
    if actor is None or not actor.can_somewhere("offers.write"):
        return []
    found = service.to_settle(view.reader, settings(view.reader).remind_days)
    rows = [(offer, [*map(sentence, few), *map(str, volumes)]) for offer, few, volumes in found]
    return [Fragment(template="contracts/to_settle.html", context={"rows": rows})] if rows else []
