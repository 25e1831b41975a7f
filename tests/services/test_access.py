"""Three questions, one answer: the rows one sees are those one may act on, and who may is who would be let in."""

import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pluggy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, select

from courtil.api import hook
from courtil.domain.access import PERMISSIONS, ROLES, Actor, Grant
from courtil.domain.problems import NotFound
from courtil.plugin import specs
from courtil.plugin.health import Health
from courtil.plugin.hooks import Hooks
from courtil.services import access, roles, signin
from courtil.services.instance import Instance
from courtil.services.unit import Reader, Unit
from courtil.store.base import Base
from courtil.store.books import Payment
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract, ContractLine, Instalment, Signature
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer, OfferDate, OfferProduct
from courtil.store.people import Household, Person
from courtil.testing.factories import a_farm, a_household, an_offer
from courtil.testing.queries import counted
from treasury import discarded, noted, signed

MODELS: tuple[type[Base], ...] = (
    Farm, Product, Offer, OfferProduct, OfferDate, Delivery, Distribution, Contract, ContractLine, Signature,
    Instalment, Payment, Household, Person, Place, Season,
)  # fmt: skip
PERMISSION = st.sampled_from([permission.name for permission in PERMISSIONS])
GRANTS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ROLES), st.integers(0, 1)), max_size=6)
IN_ONE_DATABASE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Rule = Callable[[Actor, str, type[Base]], ColumnElement[bool] | None]


@pytest.fixture
def scene(instance: Instance) -> Instance:
    """Two farms with an offer each, two households with a contract each, a farmer, somebody who left."""
    with instance.working() as unit:
        garden = an_offer(unit, products={"Panier": 1500})
        bread = an_offer(unit, farm=a_farm(unit, "Fournil", {"Panier": 400}), name="Pain")
        for key, offer, name in (("k1", garden, "Lantier"), ("k2", bread, "Macquart")):
            noted(unit, signed(unit, offer, a_household(unit, name)), 100, key)
        unit.add(Person(last_name="Chêne", search="chene"))
        unit.add(Person(last_name="Parti", search="parti", archived_at=unit.now))
    return instance


def of(reader: Reader, model: type[Base]) -> Sequence[Base]:
    return reader.all(select(model).order_by(*model.__table__.primary_key))


def give(unit: Unit, grants: list[tuple[int, object, int]]) -> None:
    """Give roles to persons, for the whole AMAP or one of the two farms, by their places in the lists."""
    persons, farms = of(unit, Person), of(unit, Farm)
    for who, kind, farm in grants:
        roles.grant(unit, persons[who], kind.code, farms[farm].id)  # type: ignore[attr-defined]


@contextmanager
def ruled(reader: Reader, rule: Rule) -> Iterator[None]:
    """A plugin whose `allowed` is this rule is on."""

    @hook
    def allowed(actor: Actor, permission: str, model: type[Base]) -> ColumnElement[bool] | None:
        return rule(actor, permission, model)

    module = types.ModuleType("ruling")
    vars(module)["allowed"] = allowed
    manager = pluggy.PluginManager(specs.PROJECT)
    manager.add_hookspecs(specs)
    manager.register(module, "ruling")
    before, reader.hooks = reader.hooks, Hooks(manager, (), Health(), reader.hooks.of)
    yield
    reader.hooks = before


def every_other(_actor: Actor, _permission: str, model: type[Base]) -> ColumnElement[bool]:
    return model.__table__.primary_key.columns[0] % 2 == 0


def agree(reader: Reader, permission: str, model: type[Base]) -> None:
    """The three answers about every row of the table, for every person present."""
    rows = of(reader, model)
    persons = [person for person in of(reader, Person) if person.archived_at is None]  # type: ignore[attr-defined]
    may: dict[int, set[int]] = {row.id: set() for row in rows}  # type: ignore[attr-defined]
    for person in persons:
        reader.actor = signin.actor_for(reader, person)  # type: ignore[arg-type]
        seen = set(reader.all(select(model).where(reader.seen(permission, model))))
        assert seen == {row for row in rows if reader.allows(permission, row)}
        assert access.among(reader, permission, rows) == {row.id for row in seen}  # type: ignore[attr-defined]
        for row in seen:
            may[row.id].add(person.id)  # type: ignore[attr-defined]
    reader.actor = None
    for row in rows:
        held = [person.id for person in access.holders(reader, permission, row)]
        assert len(held) == len(set(held))
        assert set(held) == may[row.id]  # type: ignore[attr-defined]


@given(grants=GRANTS, permission=PERMISSION)
@IN_ONE_DATABASE
def test_the_three_answers_agree_whoever_holds_what(
    scene: Instance, grants: list[tuple[int, object, int]], permission: str
) -> None:
    with discarded(scene) as unit:
        give(unit, grants)
        for model in MODELS:
            agree(unit, permission, model)


@given(grants=GRANTS, permission=PERMISSION)
@IN_ONE_DATABASE
def test_they_agree_with_a_plugin_that_denies_every_other_row(
    scene: Instance, grants: list[tuple[int, object, int]], permission: str
) -> None:
    with discarded(scene) as unit, ruled(unit, every_other):
        give(unit, grants)
        for model in (Farm, Contract, Payment, Household):
            agree(unit, permission, model)


@given(grants=GRANTS, permission=PERMISSION)
@IN_ONE_DATABASE
def test_a_plugin_only_takes_away(scene: Instance, grants: list[tuple[int, object, int]], permission: str) -> None:
    with discarded(scene) as unit:
        give(unit, grants)
        for person in of(unit, Person):
            unit.actor = signin.actor_for(unit, person)  # type: ignore[arg-type]
            before = {model: access.among(unit, permission, of(unit, model)) for model in MODELS}
            with ruled(unit, every_other):
                after = {model: access.among(unit, permission, of(unit, model)) for model in MODELS}
            assert all(after[model] == {key for key in before[model] if key % 2 == 0} for model in MODELS)


def acting(reader: Reader, *grants: Grant, last_name: str = "Chêne") -> None:
    """The person of this name acts, with these grants."""
    person = reader.one(select(Person).where(Person.last_name == last_name))
    reader.actor = Actor(person.id, person.full_name, person.household_id, frozenset(grants))


def names(reader: Reader, permission: str, model: type[Base]) -> list[str]:
    return [row.name for row in of(reader, model) if reader.allows(permission, row)]  # type: ignore[attr-defined]


def test_a_right_for_a_farm_reaches_what_is_of_that_farm(scene: Instance) -> None:
    with scene.reading() as reader:
        bread = reader.one(select(Farm).where(Farm.name == "Fournil"))
        acting(reader, Grant("contracts.read", bread.id))
        assert names(reader, "contracts.read", Farm) == ["Fournil"]
        assert names(reader, "contracts.read", Offer) == ["Pain"]
        found = reader.all(select(Contract).where(reader.seen("contracts.read", Contract)))
        assert {reader.get(Household, one.household_id).name for one in found} == {"Macquart"}
        assert names(reader, "contracts.read", Household) == []  # a household is of no farm


def test_what_is_one_s_own_is_of_one_s_household(scene: Instance) -> None:
    with scene.reading() as reader:
        acting(reader, Grant("self.read"), last_name="Lantier")
        [mine] = reader.all(select(Contract).where(reader.seen("self.read", Contract)))
        assert reader.get(Household, mine.household_id).name == "Lantier"
        assert names(reader, "self.read", Household) == ["Lantier"]
        assert names(reader, "self.read", Offer) == ["Légumes d’hiver", "Pain"]  # offers are made to everybody
        assert names(reader, "self.read", Farm) == []
        acting(reader, Grant("self.read"))
        assert names(reader, "self.read", Household) == []
        assert reader.all(select(Contract).where(reader.seen("self.read", Contract))) == []


def test_nobody_sees_nothing(scene: Instance) -> None:
    with scene.reading() as reader:
        for model in MODELS:
            assert reader.all(select(model).where(reader.seen("offers.read", model))) == []
            assert not any(reader.allows("offers.read", row) for row in of(reader, model))
        with pytest.raises(NotFound):
            access.require(reader, "offers.read", *of(reader, Offer))


def test_an_answer_costs_no_query_unless_a_plugin_has_a_say(scene: Instance) -> None:
    with scene.reading() as reader:
        bread = reader.one(select(Farm).where(Farm.name == "Fournil"))
        acting(reader, Grant("offers.read", bread.id), Grant("people.read"))
        offers, deliveries, homes = of(reader, Offer), of(reader, Delivery), of(reader, Household)
        with counted(scene) as sent:
            assert [reader.allows("offers.read", offer) for offer in offers] == [False, True]
            assert len(access.among(reader, "offers.read", deliveries)) == 4
            assert all(reader.allows("people.read", home) for home in homes)
        assert sent == []
        with ruled(reader, every_other), counted(scene) as sent:
            access.among(reader, "offers.read", deliveries)
        assert len(sent) == 1


def test_whom_to_ask_are_those_present_who_hold_the_right_for_the_farm(scene: Instance) -> None:
    with scene.working() as unit:
        by_name = {person.last_name: person for person in unit.all(select(Person))}
        garden, bread = of(unit, Offer)
        roles.grant(unit, by_name["Lantier"], "referent", garden.farm_id)  # type: ignore[attr-defined]
        roles.grant(unit, by_name["Chêne"], "referent", bread.farm_id)  # type: ignore[attr-defined]
        roles.grant(unit, by_name["Parti"], "administrator")
        roles.grant(unit, by_name["Macquart"], "administrator")

        def told(permission: str, row: Base) -> list[str]:
            return [person.last_name for person in access.holders(unit, permission, row)]

        assert told("contracts.write", garden) == ["Lantier", "Macquart"]
        assert told("contracts.write", bread) == ["Chêne", "Macquart"]
        assert told("people.read", of(unit, Household)[0]) == ["Chêne", "Lantier", "Macquart"]
        assert told("contracts.countersign", bread) == []


def test_whoever_belongs_to_a_household_holds_what_members_do(scene: Instance) -> None:
    with scene.reading() as reader:
        [lantier, _macquart] = of(reader, Contract)
        assert [person.last_name for person in access.holders(reader, "self.subscribe", lantier)] == ["Lantier"]
        told = access.holders(reader, "self.subscribe", of(reader, Offer)[0])
        assert [person.last_name for person in told] == ["Lantier", "Macquart"]


def test_a_plugin_is_asked_about_each_person_who_might(scene: Instance) -> None:
    def not_macquart(actor: Actor, _permission: str, model: type[Base]) -> ColumnElement[bool] | None:
        return Offer.name != "Pain" if model is Offer and "Macquart" in actor.name else None

    with scene.reading() as reader, ruled(reader, not_macquart):
        garden, bread = of(reader, Offer)
        for offer, expected in ((garden, ["Lantier", "Macquart"]), (bread, ["Lantier"])):
            assert [person.last_name for person in access.holders(reader, "self.read", offer)] == expected


def test_a_reader_with_her_eyes_sees_what_she_sees_and_nothing_more(scene: Instance) -> None:
    with scene.reading() as reader:
        lantier = next(one for one in reader.all(select(Person)) if one.last_name == "Lantier")
        hers = access.as_person(reader, lantier)
        seen = hers.all(select(Contract).where(hers.seen("self.read", Contract)))
        assert [one.household_id for one in seen] == [lantier.household_id]
        assert not hers.all(select(Contract).where(hers.seen("contracts.write", Contract)))
        assert reader.actor is None
