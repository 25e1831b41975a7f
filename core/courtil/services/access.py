"""Permissions as one condition, asked three ways: which rows one may see, whether one may act, and who may."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, and_, false, inspect, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from courtil.domain.access import MEMBER, SCOPED, Actor, grants_of, is_own
from courtil.domain.problems import NotFound
from courtil.plugin.payloads import Reader as Reading
from courtil.store.base import Base
from courtil.store.books import Payment
from courtil.store.contracts import Contract, ContractLine, Instalment, Signature
from courtil.store.deliveries import Delivery
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer, OfferDate, OfferProduct
from courtil.store.people import Household, Person, Role, RoleGrant

if TYPE_CHECKING:
    from courtil.services.unit import Reader

Way = tuple[InstrumentedAttribute[Any], type[Base] | None]
"""The column that names a row's farm or household, or the row above it that does."""

Ways = Mapping[type[Base], Way]

_OF_CONTRACT: Ways = {
    ContractLine: (ContractLine.contract_id, Contract),
    Signature: (Signature.contract_id, Contract),
    Instalment: (Instalment.contract_id, Contract),
    Payment: (Payment.contract_id, Contract),
}
TO_FARM: Ways = {
    Farm: (Farm.id, None),
    Product: (Product.farm_id, None),
    Offer: (Offer.farm_id, None),
    OfferProduct: (OfferProduct.offer_id, Offer),
    OfferDate: (OfferDate.offer_id, Offer),
    Delivery: (Delivery.farm_id, None),
    Contract: (Contract.offer_id, Offer),
    **_OF_CONTRACT,
}
"""Rows that a right held for one farm reaches; the others need the right for the whole AMAP."""

TO_HOUSEHOLD: Ways = {
    Household: (Household.id, None),
    Person: (Person.household_id, None),
    Contract: (Contract.household_id, None),
    **_OF_CONTRACT,
}
"""Rows that are somebody's own."""

SHARED = frozenset({Offer})
"""What every household is offered: a right on one's own things reaches it."""

AT_ONCE = 500
"""Answers in one row of a query: databases bound its columns."""


def seen(reader: "Reader", permission: str, model: type[Base]) -> ColumnElement[bool]:
    """Which rows of this table the actor may see or act on, for any select of it; none without an actor."""
    if reader.actor is None:
        return false()
    return and_(_held(reader.actor, permission, model), added(reader, permission, model))


def added(reader: "Reader", permission: str, model: type[Base]) -> ColumnElement[bool]:
    """What plugins add to the rule of a page: every row unless they say otherwise."""
    if reader.actor is None:
        return true()
    return and_(true(), *reader.hooks.allowed(reader.actor, permission, model, reader))


def reached(reader: "Reading", permission: str, model: type[Base]) -> ColumnElement[bool]:
    """`seen`, but every row without an actor: commands, imports and jobs are the AMAP's own work."""
    return true() if reader.actor is None else reader.seen(permission, model)


def allows(reader: "Reader", permission: str, row: Base) -> bool:
    """Whether the actor may do this on this row; never without an actor."""
    return bool(among(reader, permission, [row]))


def among(reader: "Reader", permission: str, rows: Iterable[Base]) -> set[int]:
    """The keys of those of these rows of one table on which the actor may do this.

    Sends a query only for what plugins add, and for the offer of a contract that is not loaded yet.
    """
    actor = reader.actor
    held = [row for row in rows if actor is not None and _holds(reader, actor, permission, row)]
    if actor is None or not held:
        return set()
    keys, model = {_key_of(row) for row in held}, type(held[0])
    conditions = reader.hooks.allowed(actor, permission, model, reader)
    if not conditions:
        return keys
    key = _key(model)
    return set(reader.all(select(key).where(key.in_(keys), *conditions)))


def require(reader: "Reader", permission: str, *rows: Base) -> None:
    """Raise NotFound unless the actor may do this on each of these rows of one table."""
    if len(among(reader, permission, rows)) < len({_key_of(row) for row in rows}):
        raise NotFound(permission)


def holders(reader: Reading, permission: str, row: Base) -> Sequence[Person]:
    """The persons present who may do this on this row, by name: whom to tell, or whom to ask."""
    reader = cast("Reader", reader)
    query = select(Person).where(Person.archived_at.is_(None), _may_hold(reader, permission, row))
    persons = reader.all(query.order_by(Person.search, Person.id))
    held = [actor for actor in actors(reader, persons) if _holds(reader, actor, permission, row)]
    left = {key for some in _parts(held) for key in _not_denied(reader, some, permission, row)}
    return [person for person in persons if person.id in left]


def actors(reader: "Reader", persons: Iterable[Person]) -> list[Actor]:
    """The persons as actors: the roles each was given, and the member's for whoever belongs to a household."""
    found = list(persons)
    held = and_(RoleGrant.role_id == Role.id, RoleGrant.person_id.in_([person.id for person in found]))
    columns = select(Role.code, Role.permissions, RoleGrant.person_id, RoleGrant.farm_id)
    given: dict[int | None, list[tuple[Sequence[str], int | None]]] = defaultdict(list)
    of_member: list[tuple[Sequence[str], int | None]] = []
    for code, permissions, person_id, farm_id in reader.rows(columns.outerjoin(RoleGrant, held)):
        given[person_id].append((permissions, farm_id))
        of_member = [(permissions, None)] if code == MEMBER else of_member
    scoped = SCOPED | {permission.name for permission in reader.hooks.permissions if permission.scoped}
    return [
        Actor(one.id, one.full_name, one.household_id, grants_of(
            [*given[one.id], *(of_member if one.household_id is not None else ())], scoped))
        for one in found
    ]  # fmt: skip


def as_person(reader: Reading, person: Person) -> "Reader":
    """The same reader with this person's eyes: for what she is sent, or reads with an address that names her."""
    reader = cast("Reader", reader)
    (actor,) = actors(reader, [person])
    return replace(reader, actor=actor)


def _held(actor: Actor, permission: str, model: type[Base]) -> ColumnElement[bool]:
    """The rows that her roles give her, before plugins are asked; `_holds` says the same of one row."""
    if not actor.can_somewhere(permission):
        return false()
    if is_own(permission):
        return true() if model in SHARED else _leading(model, TO_HOUSEHOLD, _home(actor))
    farms = actor.farms(permission)
    return true() if farms is None else _leading(model, TO_FARM, farms)


def _leading(model: type[Base], ways: Ways, ends: frozenset[int]) -> ColumnElement[bool]:
    """The rows of this table that lead to one of these farms or households."""
    if model not in ways or not ends:
        return false()
    column, above = ways[model]
    if above is None:
        return column.in_(ends)
    return column.in_(select(_key(above)).where(_leading(above, ways, ends)).correlate(None))


def _holds(reader: "Reader", actor: Actor, permission: str, row: Base) -> bool:
    if not actor.can_somewhere(permission):
        return False
    if is_own(permission):
        return type(row) in SHARED or _end(reader, row, TO_HOUSEHOLD) in _home(actor)
    farms = actor.farms(permission)
    return farms is None or _end(reader, row, TO_FARM) in farms


def _end(reader: "Reader", row: Base, ways: Ways) -> int | None:
    """The farm or household that the row leads to; None when it leads to none."""
    if type(row) not in ways:
        return None
    column, above = ways[type(row)]
    key: int | None = getattr(row, column.key)
    if above is None:
        return key
    upper = reader.session.get(above, key)
    return None if upper is None else _end(reader, upper, ways)


def _home(actor: Actor) -> frozenset[int]:
    return frozenset(() if actor.household_id is None else (actor.household_id,))


def _may_hold(reader: "Reader", permission: str, row: Base) -> ColumnElement[bool]:
    """Persons with a role that gives the right, on this farm or another; for one's own things, of that household."""
    codes = {code for code, names in reader.rows(select(Role.code, Role.permissions)) if permission in names}
    given = select(RoleGrant.person_id).join(Role, Role.id == RoleGrant.role_id).where(Role.code.in_(codes))
    implied = Person.household_id.is_not(None) if MEMBER in codes else false()
    held = or_(Person.id.in_(given), implied)
    if not is_own(permission) or type(row) in SHARED:
        return held
    return and_(held, Person.household_id == _end(reader, row, TO_HOUSEHOLD))


def _not_denied(reader: "Reader", some: Sequence[Actor], permission: str, row: Base) -> list[int]:
    """Those of these persons to whom no plugin denies the row."""
    asked = [reader.hooks.allowed(actor, permission, type(row), reader) for actor in some]
    if not any(asked):
        return [actor.person_id for actor in some]
    answers = [and_(true(), *conditions).label(None) for conditions in asked]
    [row_of_answers] = reader.rows(select(*answers).where(_key(type(row)) == _key_of(row)))
    return [actor.person_id for actor, answer in zip(some, row_of_answers, strict=True) if answer]


def _parts(found: Sequence[Actor]) -> Iterable[Sequence[Actor]]:
    return (found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE))


def _key(model: type[Base]) -> ColumnElement[Any]:
    return inspect(model).primary_key[0]


def _key_of(row: Base) -> int:
    return int(inspect(type(row)).primary_key_from_instance(row)[0])
