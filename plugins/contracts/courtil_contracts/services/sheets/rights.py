"""Who may have sheets: the coordination of a farm, and the farm itself; nobody else knows that they exist."""

from sqlalchemy import ColumnElement, or_

from courtil.api import Base, NotFound, Reader

COORDINATION, FARM = "contracts.read", "farm_space.read"
RIGHTS = (COORDINATION, FARM)


def right_over(reader: Reader, row: Base) -> str:
    """The right by which the actor may have the sheets of this offer or delivery. Raises NotFound without one."""
    for right in RIGHTS:
        if reader.allows(right, row):
            return right
    raise NotFound("sheets")


def seen_by_either(reader: Reader, model: type[Base]) -> ColumnElement[bool]:
    """The rows of this table whose sheets the actor may have."""
    return or_(*(reader.seen(right, model) for right in RIGHTS))
