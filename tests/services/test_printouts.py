"""The sheets: one for the whole evening, one for a farm, one for a season, one of the members."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from courtil.documents import FORMATS, Document, Table
from courtil.domain.access import Actor, Grant
from courtil.domain.problems import NotFound
from courtil.domain.states import ContractState, LineEffect
from courtil.services import deliveries, printouts
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.deliveries import Delivery
from courtil.store.offers import Offer, OfferDate
from courtil.store.people import Person
from courtil.testing.factories import a_farm, a_household, a_signed_contract, an_offer, thursdays
from courtil.testing.queries import counted

DAYS = thursdays(date(2026, 11, 26), 2)


def table(document: Document, number: int = 0) -> Table:
    return document.tables[number]


def first_date(unit: Unit, offer_id: int) -> Delivery:
    query = select(OfferDate.delivery_id).where(OfferDate.offer_id == offer_id).order_by(OfferDate.id).limit(1)
    return unit.get(Delivery, unit.one(query))


def two_farms(unit: Unit, homes: int = 3) -> tuple[int, int]:
    """(evening, offer of vegetables): every household takes vegetables, the first one bread too."""
    vegetables = an_offer(unit, farm=a_farm(unit, "Trois-Chênes", {"Panier": 1000, "Œufs": 250}), days=DAYS)
    bread = an_offer(unit, farm=a_farm(unit, "Fournil", {"Pain": 400}), days=DAYS, name="Pain")
    names = ["Zola", "Ébrard", "Lantier", *(f"Foyer {number:02d}" for number in range(homes))][:homes]
    made = [a_household(unit, name) for name in names]
    for position, home in enumerate(made):
        a_signed_contract(unit, vegetables, home, {"Panier": 1, "Œufs": 2} if position else {"Œufs": 1})
    a_signed_contract(unit, bread, made[0], {"Pain": 3})
    return first_date(unit, vegetables.id).distribution_id, vegetables.id


def test_one_sheet_shows_every_farm_and_household_of_the_evening(instance: Instance) -> None:
    with instance.working() as unit:
        evening, _offer = two_farms(unit)
    with instance.reading() as reader:
        sheet = printouts.evening_sheet(reader, evening)
    arriving, signing = sheet.tables
    assert sheet.title == "Distribution du jeudi 26 novembre 2026"
    assert [(group.heading, group.rows) for group in arriving.groups] == [
        ("Fournil", (("Pain", "", 3),)),
        ("Trois-Chênes", (("Panier", "", 2), ("Œufs", "", 5))),
    ]
    assert [column.label for column in signing.columns] == ["Foyer", "Fournil", "Trois-Chênes", "Remis", "Signature"]
    assert signing.rows == (
        ("Ébrard", "", "1\u00a0×\u00a0Panier, 2\u00a0×\u00a0Œufs", None, None),
        ("Lantier", "", "1\u00a0×\u00a0Panier, 2\u00a0×\u00a0Œufs", None, None),
        ("Zola", "3\u00a0×\u00a0Pain", "1\u00a0×\u00a0Œufs", None, None),
    )


def test_many_farms_share_one_column_in_words(instance: Instance) -> None:
    with instance.working() as unit:
        home = a_household(unit)
        for number in range(5):
            offer = an_offer(unit, farm=a_farm(unit, f"Ferme {number}", {f"Produit {number}": 100}), days=DAYS)
            a_signed_contract(unit, offer, home)
        signing = printouts.evening_sheet(unit, first_date(unit, offer.id).distribution_id).tables[1]
        assert [column.label for column in signing.columns] == ["Foyer", "À remettre", "Remis", "Signature"]
        assert signing.rows[0][1] == ", ".join(f"1\u00a0×\u00a0Produit {number}" for number in range(5))


def test_a_farm_that_does_not_come_leaves_the_sheet_and_is_named_with_its_reason(instance: Instance) -> None:
    with instance.working() as unit:
        evening, offer_id = two_farms(unit)
        deliveries.cancel(unit, first_date(unit, offer_id).id, LineEffect.KEPT, "gel")
        deliveries.write_note(unit, evening, "Rendre les cagettes.")
        sheet = printouts.evening_sheet(unit, evening)
        assert [row[0] for row in sheet.tables[1].rows] == ["Zola"]
        assert sheet.blocks[0].paragraphs == ("Rendre les cagettes.", "Trois-Chênes ne livre pas ce soir. (gel)")  # type: ignore[union-attr]


def test_a_moved_delivery_says_when_it_was_first_planned(instance: Instance) -> None:
    with instance.working(now=datetime(2026, 11, 20, 9, tzinfo=UTC)) as unit:
        _evening, offer_id = two_farms(unit)
        found = first_date(unit, offer_id)
        moved = deliveries.move(unit, found.id, date(2026, 11, 27))
        sheet = printouts.evening_sheet(unit, moved.distribution_id)
        assert "prévue d’abord le jeudi 26 novembre 2026" in sheet.blocks[0].paragraphs[0]  # type: ignore[union-attr]
        assert len(sheet.tables[1].rows) == 3


def test_drafts_are_not_handed_out(instance: Instance) -> None:
    with instance.working() as unit:
        evening, offer_id = two_farms(unit)
        draft = a_household(unit, "Brouillon")
        a_signed_contract(unit, unit.get(Offer, offer_id), draft, state=ContractState.DRAFT)
        assert "Brouillon" not in [row[0] for row in printouts.evening_sheet(unit, evening).tables[1].rows]


def test_an_evening_without_baskets_says_so(instance: Instance) -> None:
    with instance.working() as unit:
        offer = an_offer(unit, days=DAYS)
        sheet = printouts.evening_sheet(unit, first_date(unit, offer.id).distribution_id)
        assert (sheet.tables[1].rows, sheet.tables[1].empty) == ((), "Aucun foyer n’a de panier ce soir-là.")


def test_a_farm_sees_quantities_and_names_but_no_price(instance: Instance) -> None:
    with instance.working() as unit:
        _evening, offer_id = two_farms(unit)
        for document in (
            printouts.farm_totals(unit, first_date(unit, offer_id).id),
            printouts.farm_season(unit, offer_id),
        ):
            assert "cents" not in {column.kind for one in document.tables for column in one.columns}
            csv = FORMATS["csv"].render(document).decode("utf-8-sig")
            assert "10,00" not in csv
            assert "€" not in csv


def test_the_totals_of_a_farm_are_those_of_its_households(instance: Instance) -> None:
    with instance.working() as unit:
        _evening, offer_id = two_farms(unit)
        bring, homes = printouts.farm_totals(unit, first_date(unit, offer_id).id).tables
        assert bring.rows == (("Panier", "", 2), ("Œufs", "", 5))
        assert [row[:2] for row in homes.rows] == [
            ("Ébrard", "1\u00a0×\u00a0Panier, 2\u00a0×\u00a0Œufs"), ("Lantier", "1\u00a0×\u00a0Panier, 2\u00a0×\u00a0Œufs"), ("Zola", "1\u00a0×\u00a0Œufs"),
        ]  # fmt: skip


def test_the_season_of_a_farm_adds_up_by_date_and_by_household(instance: Instance) -> None:
    with instance.working() as unit:
        _evening, offer_id = two_farms(unit)
        by_date, by_home = printouts.farm_season(unit, offer_id).tables
        assert by_date.rows == ((DAYS[0], 2, 5), (DAYS[1], 2, 5))
        assert by_date.footer == ("Total", 4, 10)
        assert by_home.rows == (("Ébrard", 2, 4), ("Lantier", 2, 4), ("Zola", 0, 2))


@pytest.mark.parametrize("homes", [5, 60])
def test_a_sheet_asks_the_database_as_often_for_sixty_households_as_for_five(instance: Instance, homes: int) -> None:
    with instance.working() as unit:
        evening, offer_id = two_farms(unit, homes)
        delivery_id = first_date(unit, offer_id).id
    with instance.reading() as reader, counted(instance) as sent:
        printouts.evening_sheet(reader, evening)
        assert len(sent) == 4
        printouts.farm_totals(reader, delivery_id)
        printouts.farm_season(reader, offer_id)
    assert len(sent) == 11


def asked_by(*permissions: str) -> Actor:
    return Actor(1, "Zoé", 1, frozenset(Grant(permission) for permission in permissions))


def test_members_see_only_contacts_that_are_shared(instance: Instance) -> None:
    with instance.working() as unit:
        home = a_household(unit, "Lantier", "Zoé", "Paul")
        home.address, home.city = "3 rue des Lilas", "Crest"
        zoe, paul = unit.all(select(Person).order_by(Person.position))
        zoe.shares_contact, zoe.phone, paul.phone = True, "+33612345678", "+33687654321"
        unit.actor = asked_by("self.read")
        rows = table(printouts.members_list(unit)).rows
        assert rows == (("Lantier", "Zoé Lantier", "06 12 34 56 78", zoe.email), ("Lantier", "Paul Lantier", "", ""))
        unit.actor = asked_by("people.read")
        assert table(printouts.members_list(unit)).rows[1][:5] == (
            "Lantier", "Paul Lantier", "06 87 65 43 21", paul.email, "3 rue des Lilas, Crest",
        )  # fmt: skip


def test_nobody_else_gets_the_list_of_members_and_those_who_left_are_not_on_it(instance: Instance) -> None:
    with instance.working() as unit:
        a_household(unit, "Parti").left_on = unit.today
        unit.actor = asked_by("farm_space.read")
        with pytest.raises(NotFound):
            printouts.members_list(unit)
        unit.actor = None
        with pytest.raises(NotFound):
            printouts.members_list(unit)
        unit.actor = asked_by("people.read")
        assert table(printouts.members_list(unit)).rows == ()


def test_every_sheet_is_drawn_in_every_format(instance: Instance) -> None:
    with instance.working() as unit:
        evening, offer_id = two_farms(unit)
        unit.actor = asked_by("people.read")
        documents = [
            printouts.evening_sheet(unit, evening), printouts.farm_totals(unit, first_date(unit, offer_id).id),
            printouts.farm_season(unit, offer_id), printouts.members_list(unit),
        ]  # fmt: skip
        for document in documents:
            assert all(form.render(document) for form in FORMATS.values())
