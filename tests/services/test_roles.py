"""Roles: giving, taking back, and never locking the AMAP out of its own settings."""

import pytest
from sqlalchemy import select

from courtil.domain.access import PERMISSIONS
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.services import people, roles, signin
from courtil.services.instance import Instance
from courtil.services.people import PersonData
from courtil.services.roles import RoleData
from courtil.services.unit import Unit
from courtil.store.operations import LogEntry
from courtil.store.people import Person
from seeds import season_with_offer

ALL = [permission.name for permission in PERMISSIONS]


def person(unit: Unit, name: str = "Lantier") -> Person:
    return people.add_person(unit, None, PersonData(last_name=name))


def test_a_role_for_a_farm_needs_the_farm(instance: Instance) -> None:
    with instance.working() as unit, pytest.raises(Refused) as caught:
        roles.grant(unit, person(unit), "referent")
    assert caught.value.problems[0].field == "farm_id"


def test_a_referent_acts_for_her_farm_only(instance: Instance) -> None:
    with instance.working() as unit:
        mine, other = season_with_offer(unit).farm_id, season_with_offer(unit, farm="Fournil").farm_id
        referent = person(unit)
        roles.grant(unit, referent, "referent", mine)
        actor = signin.actor_for(unit, referent)
    assert actor.can("offers.write", mine)
    assert not actor.can("offers.write", other)
    assert actor.can("people.read")


def test_giving_a_role_twice_changes_nothing(instance: Instance) -> None:
    with instance.working() as unit:
        treasurer = person(unit)
        for _again in range(2):
            roles.grant(unit, treasurer, "treasurer")
        assert len(roles.grants_of(unit, treasurer.id)) == 1
        assert len(unit.all(select(LogEntry.id).where(LogEntry.kind == "RolesChanged"))) == 1


def test_the_last_administrator_keeps_the_role(instance: Instance) -> None:
    with instance.working() as unit:
        one, two = person(unit), person(unit, "Macquart")
        roles.grant(unit, one, "administrator")
        roles.grant(unit, two, "administrator")
        roles.revoke(unit, one, roles.grants_of(unit, one.id)[0].id)
    with instance.working() as unit, pytest.raises(Refused, match="administration"):
        roles.revoke(unit, two, roles.grants_of(unit, two.id)[0].id)


def test_an_archived_administrator_does_not_count(instance: Instance) -> None:
    with instance.working() as unit:
        one, two = person(unit), person(unit, "Macquart")
        roles.grant(unit, one, "administrator")
        roles.grant(unit, two, "administrator")
        people.archive_person(unit, one.id)
        with pytest.raises(Refused):
            roles.revoke(unit, two, roles.grants_of(unit, two.id)[0].id)


def test_a_role_is_taken_from_its_holder_only(instance: Instance) -> None:
    with instance.working() as unit:
        one, two = person(unit), person(unit, "Macquart")
        roles.grant(unit, one, "administrator")
        with pytest.raises(NotFound):
            roles.revoke(unit, two, roles.grants_of(unit, one.id)[0].id)


def test_a_role_is_renamed_and_its_rights_change_at_once(instance: Instance) -> None:
    with instance.working() as unit:
        volunteer = person(unit)
        roles.grant(unit, volunteer, "distribution")
        roles.change_role(unit, "distribution", RoleData(label="Accueil", permissions=["people.read"]), ALL)
        actor = signin.actor_for(unit, volunteer)
    assert actor.can("people.read")
    assert not actor.can("distributions.read")


def test_the_administration_cannot_lock_itself_out(instance: Instance) -> None:
    with instance.working() as unit, pytest.raises(Refused) as caught:
        roles.change_role(unit, "administrator", RoleData(label="Administration", permissions=["log.read"]), ALL)
    assert caught.value.problems[0].field == "permissions"


def test_invented_rights_are_not_kept_and_those_of_a_plugin_that_is_off_stay(instance: Instance) -> None:
    with instance.working() as unit:
        roles.role(unit, "treasurer").permissions = ["solidarity.read", "payments.read"]
        changed = roles.change_role(
            unit, "treasurer", RoleData(label="Trésorerie", permissions=["everything", "log.read"]), ALL
        )
    assert changed.permissions == ["log.read", "solidarity.read"]


def test_two_administrators_do_not_overwrite_each_other(instance: Instance) -> None:
    with instance.working() as unit:
        opened = roles.role(unit, "treasurer").version
        roles.change_role(unit, "treasurer", RoleData(label="Comptes", permissions=[]), ALL, opened)
        with pytest.raises(Stale):
            roles.change_role(unit, "treasurer", RoleData(label="Caisse", permissions=[]), ALL, opened)


def test_an_unknown_role_is_not_found(instance: Instance) -> None:
    with instance.working() as unit, pytest.raises(NotFound):
        roles.grant(unit, person(unit), "emperor")
