"""Every page of the core, in the order of the menus."""

from courtil.web import (
    account,
    front,
    handovers,
    log,
    member,
    payments,
    people,
    persons,
    search,
    settings,
)
from courtil.web import help as help_pages
from courtil.web.pages import Page, pages_of

MODULES = (
    front,
    member,
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
