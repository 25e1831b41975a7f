"""What changes after signing draw in other pages: the way to them, proposals received, who takes whose basket."""

from sqlalchemy import select

from courtil.api import AMENDABLE, Contract, Fragment, Offer, Reader, View
from courtil_contracts.services import handovers
from courtil_contracts.services.situations import situation
from courtil_contracts.tables import OfferTerms
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
    """What of the next basket somebody else takes, what one takes beside it, and the way to change it."""
    home = _home(view.reader)
    if home is None:
        return []
    coming = [one for one in handovers.coming(view.reader, home) if one.distribution_id == view.basket.distribution_id]
    told = [Fragment(template="contracts/basket.html", context={"coming": coming, "home": home})] if coming else []
    return [*told, *of_line(view)]


def of_line(view: View) -> list[Fragment]:
    """The way to change one basket, for each of its contracts whose terms allow it."""
    home = _home(view.reader)
    if home is None or view.basket.day <= view.reader.today:
        return []
    names = _changeable(view.reader, home)
    links = {
        (line.contract_id, line.delivery_id): names[line.contract_id]
        for line in view.basket.coming
        if line.contract_id in names
    }
    context = {"links": links, "day": view.basket.day}
    return [Fragment(template="contracts/_change_links.html", context=context)] if links else []


def _changeable(reader: Reader, home: int) -> dict[int, str]:
    """The offers by contract of the household that may change, asked once for all baskets of a page."""
    known: dict[int, dict[int, str]] = reader.session.info.setdefault("contracts.changeable", {})
    if home not in known:
        query = (
            select(Contract.id, Offer.name, OfferTerms.terms)
            .join(Offer, Offer.id == Contract.offer_id)
            .join(OfferTerms, OfferTerms.offer_id == Offer.id)
            .where(Contract.household_id == home, Contract.state.in_(AMENDABLE))
        )
        known[home] = {key: name for key, name, terms in reader.rows(query) if terms.get("changes")}
    return known[home]


def of_evening(view: View) -> list[Fragment]:
    """Who takes whose basket tonight."""
    found = handovers.of_evening(view.reader, view.distribution.id)
    if not found:
        return []
    return [Fragment(template="contracts/evening.html", context={"handed": found}, order=20)]
