"""Every page of the core, in the order of the menus."""

from courtil.web import (
    account,
    calendar,
    checks,
    contracts,
    delivery_changes,
    distributions,
    erasing,
    exports,
    extensions,
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
    plugins,
    renewing,
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
    renewing,
    offer_parts,
    subscribing,
    contracts,
    payments,
    handovers,
    people,
    persons,
    erasing,
    farms,
    calendar,
    imports,
    settings,
    plugins,
    checks,
    exports,
    extensions,
    log,
    farm_space,
    search,
    help_pages,
    account,
)

PAGES: list[Page] = [page for module in MODULES for page in pages_of(module)]

NAMES = frozenset(page.name for page in PAGES)
"""What the core's routes are called: no plugin may use these names."""
