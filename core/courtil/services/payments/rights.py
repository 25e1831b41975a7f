"""Who may see and write payments; work without an actor is the AMAP's own (imports, commands)."""

from sqlalchemy import ColumnElement, true

from courtil.services.unit import Reader
from courtil.store.offers import Offer


def require(reader: Reader, permission: str, farm_id: int) -> None:
    """Raises NotFound when the actor does not hold this right for this farm."""
    if reader.actor is not None:
        reader.may(permission, farm_id)


def require_household(reader: Reader, household_id: int, farm_id: int | None = None) -> None:
    """Raises NotFound unless it is the actor's own household or she may see payments."""
    actor = reader.actor
    if actor is None or (actor.household_id == household_id and actor.can("self.read")):
        return
    reader.may("payments.read", farm_id)


def on_my_farms(reader: Reader, permission: str = "payments.read") -> ColumnElement[bool]:
    """The condition on `Offer` that keeps the farms for which the actor holds the right."""
    farms = reader.actor.farms(permission) if reader.actor is not None else None
    return true() if farms is None else Offer.farm_id.in_(farms)
