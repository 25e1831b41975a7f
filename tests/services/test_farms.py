"""Farms and products: names are theirs alone, what leaves comes back, and only real changes are told."""

import pytest
from sqlalchemy import select

from courtil.domain.fields import search_key
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.services import farms, roles
from courtil.services.farms import FarmData, ProductData
from courtil.services.instance import Instance
from courtil.services.unit import Reader
from courtil.store.farms import Farm
from courtil.store.operations import LogEntry
from courtil.store.people import Person

OAKS = FarmData(name="Ferme des Trois-Chênes", email="chenes@exemple.fr", siret="123 456 789 00012")
BASKET = ProductData(name="Panier", unit="environ 5 kg", price_cents="12,50")


def told(reader: Reader) -> list[str]:
    return list(reader.all(select(LogEntry.sentence).order_by(LogEntry.id)))


def test_a_farm_is_added_with_its_details_and_told(instance: Instance) -> None:
    with instance.working() as unit:
        added = farms.add_farm(unit, OAKS)
    with instance.reading() as reader:
        found = farms.farm(reader, added.id)
        assert (found.name, found.email, found.siret) == (OAKS.name, "chenes@exemple.fr", "12345678900012")
        assert told(reader)[-1] == "La ferme Ferme des Trois-Chênes a changé (ajoutée)."


def test_two_farms_cannot_share_a_name_even_written_otherwise(instance: Instance) -> None:
    with instance.working() as unit:
        farms.add_farm(unit, OAKS)
        with pytest.raises(Refused) as error:
            farms.add_farm(unit, FarmData(name="ferme des trois chenes"))
        assert error.value.problems[0].field == "name"
        other = farms.add_farm(unit, FarmData(name="Rucher du Vercors"))
        with pytest.raises(Refused):
            farms.change_farm(unit, other.id, OAKS)


def test_a_siret_of_thirteen_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="14 chiffres"):
        FarmData(name="Ferme", siret="1234567890001")


def test_saving_a_farm_unchanged_tells_nothing(instance: Instance) -> None:
    with instance.working() as unit:
        added = farms.add_farm(unit, OAKS)
        before = told(unit)
        assert farms.change_farm(unit, added.id, OAKS, added.version).version == 1
        assert told(unit) == before
        farms.change_farm(unit, added.id, OAKS.model_copy(update={"email": None, "city": "Crest"}), 1)
        assert "Adresse e-mail, Commune" in told(unit)[-1]
        with pytest.raises(Stale):
            farms.change_farm(unit, added.id, OAKS, 1)


def test_an_archived_farm_comes_back(instance: Instance) -> None:
    with instance.working() as unit:
        added = farms.add_farm(unit, OAKS)
        farms.archive_farm(unit, added.id)
        assert farms.all_farms(unit) == []
        assert farms.all_farms(unit, archived=True) == [added]
        farms.restore_farm(unit, added.id)
        assert farms.all_farms(unit) == [added]


def test_farms_are_listed_without_regard_to_accents_and_only_those_asked_for(instance: Instance) -> None:
    with instance.working() as unit:
        ids = [farms.add_farm(unit, FarmData(name=name)).id for name in ("Zeste", "Éliane", "abeilles", "Fournil")]
        assert [farm.name for farm in farms.all_farms(unit)] == ["abeilles", "Éliane", "Fournil", "Zeste"]
        assert [farm.name for farm in farms.all_farms(unit, Farm.id == ids[0])] == ["Zeste"]


def test_products_keep_their_order_and_a_farm_has_each_once(instance: Instance) -> None:
    with instance.working() as unit:
        farm_id = farms.add_farm(unit, OAKS).id
        first = farms.add_product(unit, farm_id, BASKET)
        second = farms.add_product(unit, farm_id, ProductData(name="Œufs", unit="boîte de 6", price_cents="2,40"))
        assert (first.price_cents, first.position, second.position) == (1250, 0, 1)
        with pytest.raises(Refused):
            farms.add_product(unit, farm_id, BASKET)
        bigger = farms.add_product(unit, farm_id, BASKET.model_copy(update={"unit": "environ 10 kg"}))
        assert farms.farm(unit, farm_id).products == [first, second, bigger]


def test_a_product_is_found_only_under_its_own_farm(instance: Instance) -> None:
    with instance.working() as unit:
        mine, other = (farms.add_farm(unit, FarmData(name=name)).id for name in ("La mienne", "L’autre"))
        product = farms.add_product(unit, mine, BASKET)
        for action in (farms.archive_product, farms.restore_product):
            with pytest.raises(NotFound):
                action(unit, other, product.id)
        with pytest.raises(NotFound):
            farms.change_product(unit, other, product.id, BASKET)


def test_a_withdrawn_product_stays_known_and_returns(instance: Instance) -> None:
    with instance.working() as unit:
        farm_id = farms.add_farm(unit, OAKS).id
        product = farms.add_product(unit, farm_id, BASKET)
        farms.archive_product(unit, farm_id, product.id)
        assert farms.farm(unit, farm_id).products == [product]
        assert product.archived_at is not None
        farms.restore_product(unit, farm_id, product.id)
        assert product.archived_at is None


def test_the_farmers_of_a_farm_are_those_who_hold_the_role_for_it(instance: Instance) -> None:
    with instance.working() as unit:
        mine, other = (farms.add_farm(unit, FarmData(name=name)).id for name in ("La mienne", "L’autre"))
        people = [
            unit.add(Person(last_name=name, search=search_key(name)))
            for name in ("Ursule", "Basile", "Cyprien", "Dorine")
        ]
        for person in people[:2]:
            roles.grant(unit, person, "farmer", mine)
        roles.grant(unit, people[2], "farmer", other)
        roles.grant(unit, people[3], "referent", mine)
        assert [person.last_name for person in farms.farmers(unit, mine)] == ["Basile", "Ursule"]
