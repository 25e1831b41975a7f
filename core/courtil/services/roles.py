"""Roles: the sets of permissions an AMAP starts with, and who holds them."""

from collections.abc import Iterable

from pydantic import Field
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from courtil.domain.access import PERMISSIONS, ROLES
from courtil.domain.events import RolesChanged, SettingsChanged
from courtil.domain.fields import FormModel, Required
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.words import N_, _
from courtil.services.unit import Reader, Unit
from courtil.store.people import Person, Role, RoleGrant


class RoleData(FormModel):
    """What one fills in about a role."""

    label: Required = Field(title=N_("Nom du rôle"))
    permissions: list[str] = Field([], title=N_("Ce rôle permet de"), max_length=200)


def install(unit: Unit) -> None:
    """Create the roles every AMAP starts with; those that exist stay as they are."""
    known = set(unit.all(select(Role.code)))
    for kind in ROLES:
        if kind.code not in known:
            allowed = [p.name for p in PERMISSIONS if kind.code in p.roles]
            unit.add(Role(code=kind.code, label=kind.label, scoped=kind.scoped, permissions=allowed))


def role(reader: Reader, code: str) -> Role:
    """The role of this code. Raises NotFound."""
    return reader.one(select(Role).where(Role.code == code))


def all_roles(reader: Reader) -> list[Role]:
    """Every role, those of the start first."""
    return list(reader.all(select(Role).order_by(Role.id)))


def grant(unit: Unit, person: Person, code: str, farm_id: int | None = None) -> None:
    """Give a role; a scoped role needs a farm. Giving it twice changes nothing."""
    found = role(unit, code)
    if found.scoped and farm_id is None:
        raise Refused(Problem(_("Choisissez la ferme de ce rôle."), "farm_id"))
    if not found.scoped:
        farm_id = None
    same_farm = RoleGrant.farm_id == farm_id if farm_id is not None else RoleGrant.farm_id.is_(None)
    held = select(RoleGrant.id).where(RoleGrant.person_id == person.id, RoleGrant.role_id == found.id, same_farm)
    if unit.session.scalar(held) is None:
        unit.add(RoleGrant(person_id=person.id, role_id=found.id, farm_id=farm_id))
        _tell(unit, person)


def revoke(unit: Unit, person: Person, grant_id: int) -> None:
    """Take a role back. Raises NotFound when it is not hers, Refused when nobody could administer the AMAP any more."""
    mine = (RoleGrant.id == grant_id, RoleGrant.person_id == person.id)
    if not unit.execute(delete(RoleGrant).where(*mine)).rowcount:
        raise NotFound("grant")
    if not administrators(unit):
        raise Refused(_("Il faut au moins une personne pour l’administration. Nommez d’abord quelqu’un d’autre."))
    _tell(unit, person)


def grants_of(reader: Reader, person_id: int) -> list[RoleGrant]:
    """The roles a person holds."""
    query = select(RoleGrant).where(RoleGrant.person_id == person_id).options(joinedload(RoleGrant.role))
    return list(reader.all(query.order_by(RoleGrant.id)))


def grants_of_persons(reader: Reader, person_ids: Iterable[int]) -> dict[int, list[RoleGrant]]:
    """The roles of several persons, by person."""
    query = select(RoleGrant).where(RoleGrant.person_id.in_(list(person_ids))).options(joinedload(RoleGrant.role))
    found: dict[int, list[RoleGrant]] = {}
    for grant in reader.all(query.order_by(RoleGrant.id)):
        found.setdefault(grant.person_id, []).append(grant)
    return found


def holders(reader: Reader) -> dict[int, int]:
    """How many persons present hold each role, by the role's key."""
    query = (
        select(RoleGrant.role_id, func.count(RoleGrant.person_id.distinct()))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.archived_at.is_(None))
        .group_by(RoleGrant.role_id)
    )
    return {role_id: int(count) for role_id, count in reader.rows(query)}


def administrators(reader: Reader) -> list[Person]:
    """Who may change settings and rights."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(Role.code == "administrator", Person.archived_at.is_(None))
    )
    return list(reader.all(query))


def change_role(unit: Unit, code: str, data: RoleData, shown: Iterable[str], version: int | None = None) -> Role:
    """Rename a role and decide what it allows, among the rights `shown`; the others (of a plugin that is off) stay.

    Raises Refused when the administration would lock itself out, Stale when somebody changed the role since `version`.
    """
    found = role(unit, code)
    unit.unchanged_since(found, version)
    offered = set(shown)
    wanted = sorted((set(data.permissions) & offered) | (set(found.permissions) - offered))
    if code == "administrator" and "settings.write" not in wanted:
        raise Refused(Problem(_("L’administration doit garder le droit de changer les droits."), "permissions"))
    if (found.label, sorted(found.permissions)) != (data.label, wanted):
        found.label, found.permissions = data.label, wanted
        unit.record(SettingsChanged(owner=N_("droits"), what=data.label))
    return found


def _tell(unit: Unit, person: Person) -> None:
    labels = ", ".join(grant.role.label for grant in grants_of(unit, person.id)) or N_("aucun")
    unit.record(RolesChanged(person_id=person.id, name=person.full_name, roles=labels))
