"""Every page of the core, in the order of the menus."""

from courtil.web import (
    account,
    calendar,
    contracts,
    delivery_changes,
    distributions,
    farm_space,
    farms,
    front,
    handovers,
    imports,
    log,
    member,
    offer_parts,
    offers,
    payments,
    people,
    persons,
    search,
    settings,
    sheets,
    subscribing,
    today,
)
from courtil.web import help as help_pages
from courtil.web.pages import Page, pages_of

MODULES = (
    front,
    member,
    today,
    distributions,
    delivery_changes,
    sheets,
    offers,
    offer_parts,
    subscribing,
    contracts,
    payments,
    handovers,
    people,
    persons,
    farms,
    calendar,
    imports,
    settings,
    log,
    farm_space,
    search,
    help_pages,
    account,
)

PAGES: list[Page] = [page for module in MODULES for page in pages_of(module)]
