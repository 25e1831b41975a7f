"""What changes after signing draw in other pages: the way to them, proposals received, who takes whose basket."""

from courtil.api import AMENDABLE, Fragment, Reader, View
from courtil_contracts.services import handovers
from courtil_contracts.services.situations import situation
from courtil_contracts.web.change_words import made_of


def of_contract(view: View) -> list[Fragment]:
    """The way to the changes, on the page of a contract whose terms allow some."""
    found, reader = view.contract, view.reader
    may = reader.allows("self.subscribe", found) or reader.allows("contracts.write", found)
    if not may or found.state not in AMENDABLE:
        return []
    here = situation(reader, found)
    if not here.terms.changes:
        return []
    context = {"contract": found, "made": made_of(reader, found, here)}
    return [Fragment(template="contracts/contract_changes.html", context=context)]


def _home(reader: Reader) -> int | None:
    actor = reader.actor
    return actor.household_id if actor is not None and actor.can("self.subscribe") else None


def of_home(view: View) -> list[Fragment]:
    """Baskets that others propose, and those that change hands soon."""
    home = _home(view.reader)
    if home is None:
        return []
    asked, coming = handovers.requests(view.reader, home), handovers.coming(view.reader, home)
    if not asked and not coming:
        return []
    context = {"requests": asked, "coming": coming, "home": home}
    return [Fragment(template="contracts/home.html", context=context, order=10)]


def of_basket(view: View) -> list[Fragment]:
    """What of the next basket somebody else takes, and what one takes beside it."""
    home = _home(view.reader)
    if home is None:
        return []
    coming = [one for one in handovers.coming(view.reader, home) if one.distribution_id == view.basket.distribution_id]
    return [Fragment(template="contracts/basket.html", context={"coming": coming, "home": home})] if coming else []


def of_evening(view: View) -> list[Fragment]:
    """Who takes whose basket tonight."""
    found = handovers.of_evening(view.reader, view.distribution.id)
    if not found:
        return []
    return [Fragment(template="contracts/evening.html", context={"handed": found}, order=20)]
