"""An offer whose terms allow changes, and households that signed it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from courtil.services import contracts, deliveries, payments
from courtil.services.instance import Instance
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.people import Person
from courtil.testing.clock import Clock
from courtil_contracts.domain.terms import ChangeTerms, ProductTerms, Terms
from courtil_contracts.services import changes, handovers
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.terms import write
from courtil_contracts.tables import ChangeState, ContractChange
from subscriptions import a_garden, a_person, a_signed_contract, an_open_offer, products_of

ALL = ("absence", "report", "quantity", "exchange", "donation", "handover")


def a_changeable_offer(
    unit: Unit, *kinds: str, stock: int | None = None, garden: Any = None, points: Sequence[int] = (), **bounds: Any
) -> int:
    """Baskets at 12,50 € on four coming weeks; these changes are allowed (all when none is named), 3 days before."""
    offer_id = an_open_offer(unit, stock=stock, garden=garden or a_garden(unit))
    changes = tuple(ChangeTerms.model_validate({"kind": kind, **bounds}) for kind in kinds or ALL)
    worths = zip(products_of(unit, offer_id), points, strict=False)
    products = tuple(ProductTerms(offer_product_id=key, points=number) for key, number in worths)
    write(unit, offer_id, Terms(changes=changes, products=products))
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


@dataclass
class Season:
    """A contract of Lantier and one of Macquart under the same offer, with their deliveries."""

    instance: Instance
    clock: Clock
    offer_id: int
    contract_id: int
    person: Person
    other_id: int
    other: Person
    days: list[int] = field(default_factory=list)

    def make(self, kind: str, place: int = 0, **wish: object) -> int:
        """Make the change at the delivery of this place; its key."""
        with self.instance.working() as unit:
            wanted = Wish(kind, self.days[place], **wish)  # type: ignore[arg-type]
            return changes.make(unit, self.contract_id, wanted).id

    def ask(self, place: int = 0, target: int | None = None) -> int:
        with self.instance.working() as unit:
            target_id = None if target is None else self.days[target]
            wish = Wish("handover", self.days[place], target_id, self.other.household_id)
            return handovers.ask(unit, self.contract_id, wish).id

    def undo(self, change_id: int) -> None:
        with self.instance.working() as unit:
            handovers.undo(unit, change_id)

    def lines(self) -> list[tuple[int, str]]:
        with self.instance.reading() as reader:
            return lines_of(contracts.contract(reader, self.contract_id))

    def worth(self) -> int:
        with self.instance.reading() as reader:
            return contracts.worth(contracts.contract(reader, self.contract_id))

    def state(self, change_id: int) -> ChangeState:
        with self.instance.reading() as reader:
            return reader.get(ContractChange, change_id).state

    def agrees(self) -> bool:
        with self.instance.reading() as reader:
            return payments.agreement(reader) == []

    def day_before(self, place: int, days: int) -> None:
        """Let it be so many days before a delivery."""
        with self.instance.reading() as reader:
            day = deliveries.delivery(reader, self.days[place]).distribution.day
        self.clock.set(day - timedelta(days=days))


NewSeason = Callable[..., Season]
Sent = Callable[[Instance], list[str]]
