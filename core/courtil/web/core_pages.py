"""Every page of the core, in the order of the menus."""

from courtil.web import account, front
from courtil.web.pages import Page, pages_of

PAGES: list[Page] = [page for module in (front, account) for page in pages_of(module)]
