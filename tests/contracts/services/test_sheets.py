"""The sheets: what farms bring, who takes what when, what proves it; they agree with each other and with the lines."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import select

from contracts.services.seasons import (
    COORDINATION,
    DAYS,
    FARMER,
    FIRST,
    SECOND,
    bread,
    csv,
    delivery_on,
    labels,
    made,
    numbers,
    somebody,
    vegetables,
)
from courtil.api import (
    Contract,
    ContractLine,
    ContractState,
    Delivery,
    Farm,
    Household,
    LineEffect,
    NotFound,
    Product,
)  # fmt: skip
from courtil.documents import FORMATS
from courtil.services import deliveries
from courtil.services.instance import Instance
from courtil.testing.factories import a_farm, a_household, a_signed_contract, an_offer, thursdays
from courtil.testing.queries import counted
from courtil_contracts.services import sheets
from courtil_contracts.services.sheets import SHEETS, Asked

pytestmark = pytest.mark.usefixtures("with_contracts")
OF_FARM = [name for name, sheet in SHEETS.items() if sheet.of_farm]


def test_the_farm_reads_what_to_bring_at_each_date_and_in_all(instance: Instance) -> None:
    with instance.working() as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        [table] = made(unit, "ferme", offer).tables
        assert [column.label for column in table.columns] == ["Date", "Panier", "Œufs", "Foyers"]
        assert table.rows == tuple((day, 3, 5, 3) for day in DAYS)
        assert table.footer == ("Cumul", 15, 25, None)


def test_a_column_has_the_name_of_its_product_and_a_note_its_packaging(instance: Instance) -> None:
    with instance.working() as unit:
        farm = a_farm(unit, "Trois-Chênes", {"Panier": 1000, "Œufs": 250})
        for name, packaging in (("Tomme", "200 g"), ("Tomme", "400 g"), ("Farine", "1 kg")):
            unit.add(Product(farm_id=farm.id, name=name, unit=packaging, price_cents=500, position=9))
        offer = an_offer(unit, farm=farm, days=DAYS)
        unit.actor = somebody(*COORDINATION)
        document = made(unit, "ferme", offer)
        labels = [column.label for column in document.tables[0].columns]
        assert labels == ["Date", "Panier", "Œufs", "Tomme (200 g)", "Tomme (400 g)", "Farine", "Foyers"]
        assert [block.lines for block in document.blocks if block.block == "notes"] == [("Farine : 1 kg",)]


def test_the_need_of_a_week_adds_up_all_the_offers_of_the_farm(instance: Instance) -> None:
    with instance.working() as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        bread(unit)
        [table] = made(unit, "semaines", offer).tables
        assert [column.label for column in table.columns] == ["Semaine", "À partir du", "Panier", "Œufs"]
        assert table.rows[0] == ("Semaine 48", date(2026, 11, 23), 3, 5)
        assert table.rows[-1] == ("Semaine 52", date(2026, 12, 21), 3, 5)
        other = an_offer(unit, farm=unit.get(Farm, offer.farm_id), days=DAYS, name="Bis")
        a_signed_contract(unit, other, unit.one(select(Household).where(Household.name == "Zola")), {"Œufs": 4})
        [table] = made(unit, "semaines", offer).tables
        assert table.rows[0] == ("Semaine 48", date(2026, 11, 23), 3, 9)
        assert table.footer == ("Cumul", "", 15, 45)


def test_the_grid_says_how_much_each_household_takes_when(instance: Instance) -> None:
    with instance.working() as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        [table] = made(unit, "grille", offer).tables
        assert [column.label for column in table.columns] == ["Foyer", *(f"{day:%d/%m/%Y}" for day in DAYS), "Cumul"]
        assert table.rows == (("Ébrard", *[3] * 5, 15), ("Lantier", *[2] * 5, 10), ("Zola", *[3] * 5, 15))
        assert table.footer == ("Cumul", *[8] * 5, 40)


def test_the_grid_of_one_product_leaves_out_who_does_not_take_it(instance: Instance) -> None:
    with instance.working() as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        basket = unit.one(select(Product.id).where(Product.name == "Panier"))
        [table] = made(unit, "grille", offer, Asked(product_id=basket, whole=True)).tables
        assert table.caption == "Panier"
        assert [row[0] for row in table.rows] == ["Lantier", "Zola"]
        with pytest.raises(NotFound):
            made(unit, "grille", offer, Asked(product_id=basket + 99))


def test_the_synthesis_has_members_products_dates_and_totals(instance: Instance) -> None:
    with instance.working() as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        season, details = made(unit, "synthese", offer).tables
        assert season.rows == (("Ébrard", None, 15, 3750), ("Lantier", 10, None, 10000), ("Zola", 5, 10, 7500))
        assert season.footer == ("Cumul", 15, 25, 21250)
        assert [(group.heading, group.rows) for group in details.groups] == [
            ("Ébrard", (("Œufs", *[3] * 5, 15),)),
            ("Lantier", (("Panier", *[2] * 5, 10),)),
            ("Zola", (("Panier", *[1] * 5, 5), ("Œufs", *[2] * 5, 10))),
        ]
        assert details.footer == ("Cumul", *[8] * 5, 40)


def test_a_date_that_is_cancelled_is_on_no_sheet(instance: Instance) -> None:
    with instance.working(now=datetime(2026, 11, 20, 9, tzinfo=UTC)) as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        found = delivery_on(unit, offer, SECOND)
        deliveries.cancel(unit, found.id, LineEffect.KEPT, "gel")
        assert [row[0] for row in made(unit, "ferme", offer).tables[0].rows] == [FIRST, *DAYS[2:]]
        assert made(unit, "grille", offer).tables[0].footer == ("Cumul", *[8] * 4, 32)
        assert made(unit, "synthese", offer).tables[0].footer == ("Cumul", 12, 20, 17000)
        assert "Semaine 49" not in csv(made(unit, "semaines", offer))
        assert labels(unit, found).tables[0].rows == ()


def test_a_credited_line_counts_nowhere(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        found = delivery_on(unit, offer, FIRST)
        hers = select(ContractLine).join(Contract).join(Household).where(Household.name == "Lantier")
        unit.one(hers.where(ContractLine.delivery_id == found.id)).effect = LineEffect.CREDITED
        unit.session.flush()
        assert made(unit, "ferme", offer).tables[0].rows[0] == (FIRST, 1, 5, 2)
        assert made(unit, "grille", offer).tables[0].rows[1] == ("Lantier", None, 2, 2, 2, 2, 8)
        assert "Lantier" not in csv(labels(unit, found))
        assert "Lantier" not in csv(sheets.inspection(unit, found.distribution_id))


def test_drafts_are_on_no_sheet(instance: Instance) -> None:
    with instance.working() as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        a_signed_contract(unit, offer, a_household(unit, "Brouillon"), state=ContractState.DRAFT)
        assert all("Brouillon" not in csv(made(unit, name, offer)) for name in SHEETS)
        assert made(unit, "ferme", offer).tables[0].footer == ("Cumul", 15, 25, None)


@pytest.mark.parametrize("seed", range(4))
def test_what_members_take_is_what_the_farm_brings(instance: Instance, seed: int) -> None:
    """Whatever is chosen, credited, kept or cancelled: sums over members are the farm's totals, date by date."""
    chance = Random(seed)
    with instance.working(now=datetime(2026, 11, 20, 9, tzinfo=UTC)) as unit:
        products = {"Panier": 1000, "Œufs": 250, "Pain": 400}
        offer = an_offer(unit, farm=a_farm(unit, "Trois-Chênes", products), days=DAYS)
        for number in range(12):
            wanted = {name: chance.randint(1, 4) for name in products if chance.random() < 0.6}
            a_signed_contract(unit, offer, a_household(unit, f"Foyer {number:02d}"), wanted or {"Pain": 1})
        unit.actor = somebody(*COORDINATION)
        for line in unit.all(select(ContractLine)):
            line.effect = chance.choice([LineEffect.DUE, LineEffect.DUE, LineEffect.CREDITED, LineEffect.KEPT])
            line.quantity = chance.randint(1, 9)
        unit.session.flush()
        deliveries.cancel(unit, delivery_on(unit, offer, chance.choice(DAYS)).id, LineEffect.CREDITED)
        due = Counter[date]()
        query = select(ContractLine, Delivery.planned_on).join(Delivery)
        for line, day in unit.rows(query.where(ContractLine.effect == LineEffect.DUE)):
            due[day] += line.quantity
        [farm], [grid] = made(unit, "ferme", offer).tables, made(unit, "grille", offer).tables
        season, details = made(unit, "synthese", offer).tables
        brought = [sum(row[1:4]) for row in ([cell or 0 for cell in row] for row in farm.rows)]
        assert brought == [due[row[0]] for row in farm.rows]
        assert [cell or 0 for cell in grid.footer[1:-1]] == brought
        assert [sum(row[n] or 0 for row in grid.rows) for n in range(1, len(brought) + 1)] == brought
        assert [sum(row[n] or 0 for row in numbers(details)) for n in range(1, len(brought) + 1)] == brought
        assert grid.footer[-1] == details.footer[-1] == sum(brought) == sum(due.values())
        assert season.footer[1:4] == farm.footer[1:4]


def test_nothing_of_another_farm_is_on_the_sheets_of_a_farm(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        mine, other = vegetables(unit), bread(unit)
        evening = delivery_on(unit, mine, FIRST).distribution_id
        theirs = delivery_on(unit, other, FIRST)
        assert theirs.distribution_id == evening
        for permissions in (COORDINATION, FARMER):
            unit.actor = somebody(*permissions, farm_id=mine.farm_id)
            found = [made(unit, name, mine) for name in OF_FARM]
            found += [sheets.inspection(unit, evening), labels(unit, delivery_on(unit, mine, FIRST))]
            for document in found:
                assert "Boulanger" not in csv(document)
                assert "Fournil" not in csv(document)
                assert "Pain" not in csv(document)
            with pytest.raises(NotFound):
                sheets.season_of(unit, other.id)
            with pytest.raises(NotFound):
                sheets.delivery_of(unit, theirs.id)
            assert [offer.id for offer in sheets.offers_with_sheets(unit)] == [mine.id]


@pytest.mark.parametrize("permissions", [("self.read",), ("distributions.read",), ("offers.read", "payments.read")])
def test_without_the_contracts_of_the_farm_there_are_no_sheets(
    with_contracts: Instance, permissions: tuple[str, ...]
) -> None:
    with with_contracts.working() as unit:
        offer = vegetables(unit)
        found = delivery_on(unit, offer, FIRST)
        unit.actor = somebody(*permissions)
        for ask in (
            lambda: sheets.offers_with_sheets(unit),
            lambda: sheets.season_of(unit, offer.id),
            lambda: sheets.delivery_of(unit, found.id),
            lambda: sheets.inspection(unit, found.distribution_id),
        ):
            with pytest.raises(NotFound):
                ask()


def test_the_farm_sees_no_price_beside_a_household(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = vegetables(unit)
        found = delivery_on(unit, offer, FIRST)
        unit.actor = somebody(*FARMER, farm_id=offer.farm_id)
        for document in (*(made(unit, name, offer) for name in OF_FARM), labels(unit, found)):
            assert {column.kind for table in document.tables for column in table.columns} <= {"text", "number", "date"}
        articles, by_farm = sheets.inspection(unit, found.distribution_id).tables
        assert "cents" not in {column.kind for column in articles.columns}
        assert [column.label for column in by_farm.columns] == ["Ferme", "Contrats", "Reçu", "Remis"]


def test_a_label_says_whose_basket_it_is_and_what_is_in_it(instance: Instance) -> None:
    with instance.working() as unit:
        offer = vegetables(unit)
        unit.actor = somebody(*COORDINATION)
        document = labels(unit, delivery_on(unit, offer, FIRST))
        [table] = document.tables
        assert (table.caption, table.cards) == ("3 étiquettes", True)
        assert table.rows[2] == ("Zola", "1\u00a0×\u00a0Panier, 2\u00a0×\u00a0Œufs", "Trois-Chênes", FIRST)


def test_an_offer_without_a_contract_says_so(instance: Instance) -> None:
    with instance.working() as unit:
        offer = an_offer(unit, days=DAYS)
        unit.actor = somebody(*COORDINATION)
        assert made(unit, "grille", offer).tables[0].empty == "Aucun contrat signé pour l’instant."
        assert made(unit, "ferme", offer).tables[0].rows == tuple((day, None, None) for day in DAYS)
        for name in SHEETS:
            for extension, form in FORMATS.items():
                assert form.render(made(unit, name, offer, Asked(whole=extension != "pdf")))


def test_a_page_holds_so_many_columns_and_the_last_part_has_the_totals(instance: Instance) -> None:
    with instance.working() as unit:
        products = {f"Produit {number:02d}": 100 for number in range(12)}
        offer = an_offer(unit, farm=a_farm(unit, "Trois-Chênes", products), days=thursdays(FIRST, 45))
        a_signed_contract(unit, offer, a_household(unit))
        unit.actor = somebody(*COORDINATION)
        grid = made(unit, "grille", offer, Asked())
        assert grid.orientation == "landscape"
        assert [len(table.columns) for table in grid.tables] == [1 + 16, 1 + 16, 1 + 13 + 1]
        assert grid.tables[0].caption == "Tous les produits, partie 1 sur 3"
        assert grid.tables[2].rows == (("Lantier", *[12] * 13, 12 * 45),)
        assert [len(table.columns) for table in made(unit, "ferme", offer, Asked()).tables] == [1 + 6, 1 + 6 + 1]
        [whole] = made(unit, "grille", offer).tables
        assert len(whole.columns) == 1 + 45 + 1


@pytest.mark.parametrize("homes", [3, 40])
def test_a_sheet_asks_the_database_as_often_for_forty_households_as_for_three(
    with_contracts: Instance, homes: int
) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, farm=a_farm(unit, "Trois-Chênes", {"Panier": 1000, "Œufs": 250}), days=DAYS)
        for number in range(homes):
            a_signed_contract(unit, offer, a_household(unit, f"Foyer {number:02d}"))
        found = delivery_on(unit, offer, FIRST)
    for name in SHEETS:
        with with_contracts.reading(actor=somebody(*COORDINATION)) as reader, counted(with_contracts) as sent:
            made(reader, name, offer)
        assert len(sent) == {"semaines": 8, "formulaire": 12, "synthese": 6}.get(name, 5), name
    with with_contracts.reading(actor=somebody(*COORDINATION)) as reader, counted(with_contracts) as sent:
        sheets.labels(reader, sheets.delivery_of(reader, found.id))
    assert len(sent) == 4
    with with_contracts.reading(actor=somebody(*COORDINATION)) as reader, counted(with_contracts) as sent:
        sheets.inspection(reader, found.distribution_id)
    assert len(sent) == 9
