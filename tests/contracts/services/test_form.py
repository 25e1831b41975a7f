"""The paper form of an offer: what a household may choose, by hand; an address only for who may read it."""

import pytest

from conftest import World
from contracts.offers import an_offer, product_ids, write_terms
from contracts.services.seasons import made, somebody
from courtil.documents import Fields
from courtil.documents.pdf import render_pdf
from courtil.services.instance import Instance
from courtil.store.people import Household
from courtil_contracts.services.sheets import Asked

RIGHTS = ("contracts.read", "people.read")


def test_each_product_has_its_price_its_deliveries_and_room_to_write(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900, 490], number=20)
        unit.actor = somebody(*RIGHTS)
        document = made(unit, "formulaire", offer, Asked())
    (table,) = document.tables
    assert table.rows == (("Produit 1", "", 1_900, 20, None), ("Produit 2", "", 490, 20, None))
    assert render_pdf(document).startswith(b"%PDF")


def test_a_grid_by_date_has_a_box_where_a_product_comes(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.dates", [100] * 8, number=3)
        unit.actor = somebody(*RIGHTS)
        document = made(unit, "formulaire", offer, Asked())
    assert [len(table.columns) for table in document.tables] == [7, 3]
    assert all(len(table.rows) == 3 for table in document.tables)


def test_rules_stand_on_the_form(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [100])
        write_terms(unit, offer, rules=[{"products": product_ids(offer), "operator": "<=", "value": 4}])
        unit.actor = somebody(*RIGHTS)
        document = made(unit, "formulaire", offer, Asked())
    assert any("au plus 4" in text for block in document.blocks for text in getattr(block, "paragraphs", ()))


def test_a_household_s_address_is_filled_in(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [100])
        home = unit.add(Household(name="Zola", search="zola", address="2 rue du Four", city="Dax"))
        unit.actor = somebody(*RIGHTS)
        document = made(unit, "formulaire", offer, Asked(household_id=home.id))
    block = next(block for block in document.blocks if isinstance(block, Fields))
    assert {pair.label: pair.value for pair in block.pairs}["Adresse"] == "2 rue du Four Dax"


@pytest.mark.parametrize("role", ["farmer", "member"])
def test_neither_the_farm_nor_a_member_gets_it(with_contracts: Instance, world: World, role: str) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [100])
    client = world.client(role, farm_id=offer.farm_id, name="Zoé Ferme") if role == "farmer" else world.client(role)
    assert client.get(f"/x/contracts/feuilles/contrats/{offer.id}/formulaire").status_code == 404
