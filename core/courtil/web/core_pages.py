"""Every page of the core, in the order of the menus."""

from courtil.web import (
    account,
    contracts,
    front,
    handovers,
    log,
    member,
    offer_parts,
    offers,
    payments,
    people,
    persons,
    search,
    settings,
    subscribing,
)
from courtil.web import help as help_pages
from courtil.web.pages import Page, pages_of

MODULES = (
    front,
    member,
    offers,
    offer_parts,
    subscribing,
    contracts,
    payments,
    handovers,
    people,
    persons,
    settings,
    log,
    search,
    help_pages,
    account,
)

PAGES: list[Page] = [page for module in MODULES for page in pages_of(module)]
