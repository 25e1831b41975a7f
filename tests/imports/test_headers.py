"""The headings of a list are found wherever people put them."""

import pytest

from courtil.domain.problems import Refused
from courtil.imports import Sheet, Table, find_table, guess_mapping, table_at

HEADINGS = ("Nom", "Prénom", "E-mail", "Ville")
ANNE = ("Dupont", "Anne", "anne@example.org", "Nantes")


def sheet(*rows: tuple[object, ...], name: str = "A") -> Sheet:
    return Sheet(name, rows)  # type: ignore[arg-type]


def found(*rows: tuple[object, ...]) -> Table:
    return find_table([sheet(*rows)])


def test_title_lines_and_blank_rows_above_the_headings_are_passed_over() -> None:
    table = found(("Liste des adhérents",), ("", ""), ("mise à jour le 4 septembre",), HEADINGS, ("", "", "", ""), ANNE)
    assert table.header_rows == (4,)
    assert table.rows == ((6, ANNE),)


def test_a_title_right_above_the_headings_is_not_their_parent() -> None:
    table = found(("Adhérents 2025",), HEADINGS, ANNE)
    assert table.header_rows == (2,)
    assert table.headings == HEADINGS


def test_merged_headings_stand_over_each_of_their_children() -> None:
    table = found(
        ("Foyer", "", "Adhésion", "", "Légumes", "", "Remarques"),
        ("Nom", "Prénom", "Le", "Montant", "Taille", "Montant", ""),
        ("Dupont", "Anne", "04/09/2025", "17,00", "panier", "20", ""),
    )
    assert table.header_rows == (1, 2)
    assert table.headings[2:] == (
        "Adhésion › Le",
        "Adhésion › Montant",
        "Légumes › Taille",
        "Légumes › Montant",
        "Remarques",
    )
    assert [field.value for field in guess_mapping(table.headings).fields] == [
        "last_name", "first_name", "joined", "fee", "other", "other", "note",
    ]  # fmt: skip


def test_a_total_row_is_ignored_with_its_reason() -> None:
    table = found(HEADINGS, ANNE, ("TOTAL", "", "", 12.0), ("Sous-total :", "", "", "1 250,00 €"))
    assert [(ignored.row, ignored.reason) for ignored in table.ignored] == [
        (3, "ligne de total"),
        (4, "ligne de total"),
    ]
    assert len(table.rows) == 1


@pytest.mark.parametrize(
    "row", [("Total", "Paul", "", ""), ("Sommer", "Anne", "", ""), ("Cumul", "", "c@example.org", "")]
)
def test_a_member_whose_name_looks_like_a_total_stays(row: tuple[str, ...]) -> None:
    assert found(HEADINGS, row).rows == ((2, row),)


def test_headings_repeated_on_each_printed_page_are_ignored() -> None:
    table = found(HEADINGS, ANNE, HEADINGS, ("Martin", "Paul", "", ""))
    assert [ignored.row for ignored in table.ignored] == [3]
    assert [number for number, _cells in table.rows] == [2, 4]


def test_the_sheet_of_members_is_chosen_among_others() -> None:
    rota = sheet(("Date", "Volontaire 1", "Volontaire 2"), *[("04/09/2025", "Anne", "Paul")] * 60, name="Permanences")
    lines = sheet(("Nom", "Prénom", "Produit"), *[("Dupont", "Anne", "œufs")] * 60, name="Commandes")
    assert find_table([rota, lines, sheet(HEADINGS, ANNE, name="Adhérents")]).sheet == "Adhérents"


def test_short_rows_are_filled_up_to_the_headings() -> None:
    assert found(HEADINGS, ("Dupont",)).rows == ((2, ("Dupont", "", "", "")),)


def test_a_list_with_headings_alone_says_what_to_do() -> None:
    with pytest.raises(Refused, match="que des titres"):
        found(HEADINGS, ("", " ", "", ""))


def test_a_sheet_without_known_headings_says_what_to_do() -> None:
    with pytest.raises(Refused, match="Aucun titre"):
        found(("Dupont", "Anne"), ("Martin", "Paul"))


def test_the_person_may_point_at_the_headings() -> None:
    odd = sheet(("Liste",), ("Qui", "Où"), ("Anne Dupont", "Nantes"))
    table = table_at(odd, 2, 2)
    assert (table.headings, table.rows) == (("Qui", "Où"), ((3, ("Anne Dupont", "Nantes")),))
    with pytest.raises(Refused, match="n’existe pas"):
        table_at(odd, 9, 9)
