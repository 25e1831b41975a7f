"""Who may see and write payments; work without an actor is the AMAP's own (imports, commands)."""

from sqlalchemy import ColumnElement, or_

from courtil.plugin.payloads import Reader as Reading
from courtil.services import access
from courtil.services.unit import Reader
from courtil.store.base import Base
from courtil.store.contracts import Contract


def require(reader: Reader, permission: str, *rows: Base) -> None:
    """Raises NotFound unless the actor holds this right for each of these contracts, or farms."""
    if reader.actor is not None:
        access.require(reader, permission, *rows)


def require_household(reader: Reading, household_id: int) -> None:
    """Raises NotFound unless it is the actor's own household or she may see every payment."""
    actor = reader.actor
    if actor is None or (actor.household_id == household_id and actor.can("self.read")):
        return
    reader.may("payments.read")


def of_household(reader: Reading) -> ColumnElement[bool]:
    """The contracts of the actor's own household, and those whose payments she may see."""
    return or_(access.reached(reader, "self.read", Contract), access.reached(reader, "payments.read", Contract))


def on_my_farms(reader: Reader, permission: str = "payments.read") -> ColumnElement[bool]:
    """The contracts for which the actor holds the right."""
    return access.reached(reader, permission, Contract)
