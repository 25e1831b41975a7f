"""Every table of the core, imported in one place so that the metadata is whole."""

from courtil.store import (
    books,
    calendar,
    contracts,
    deliveries,
    extensions,
    farms,
    imports,
    offers,
    operations,
    people,
    signin,
)
from courtil.store.base import Base

MODULES = (books, calendar, contracts, deliveries, extensions, farms, imports, offers, operations, people, signin)

__all__ = ["MODULES", "Base"]
