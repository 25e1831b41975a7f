"""An offer whose terms allow changes, and households that signed it."""

from collections.abc import Sequence
from typing import Any

from courtil.services import contracts
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.people import Person
from courtil_contracts.domain.terms import ChangeTerms, Terms
from courtil_contracts.services.terms import write
from subscriptions import a_garden, a_person, a_signed_contract, an_open_offer

ALL = ("absence", "report", "quantity", "donation", "handover")


def a_changeable_offer(unit: Unit, *kinds: str, stock: int | None = None, garden: Any = None, **bounds: Any) -> int:
    """Baskets at 12,50 € on four coming weeks; these changes are allowed (all when none is named), 3 days before."""
    offer_id = an_open_offer(unit, stock=stock, garden=garden or a_garden(unit))
    changes = tuple(ChangeTerms.model_validate({"kind": kind, **bounds}) for kind in kinds or ALL)
    write(unit, offer_id, Terms(changes=changes))
    return offer_id


def a_contract(
    unit: Unit, offer_id: int, name: str = "Lantier", baskets: int = 1, honey: int = 0
) -> tuple[int, Person]:
    """A contract that a household of this name has signed, and its person."""
    person = a_person(unit, name)
    return a_signed_contract(unit, offer_id, person, baskets, honey).id, person


def deliveries_of(reader: Reader, contract_id: int) -> list[int]:
    """Its deliveries by day."""
    found = contracts.contract(reader, contract_id)
    return [key for _day, key in sorted({(one.delivery.distribution.day, one.delivery_id) for one in found.lines})]


def lines_of(found: Contract) -> list[tuple[int, str]]:
    """Quantity and effect by day."""
    rows: Sequence[Any] = sorted(found.lines, key=lambda one: (one.delivery.distribution.day, one.offer_product_id))
    return [(one.quantity, one.effect.value) for one in rows]
