"""Couples, families and flat-mates are told apart; a double name stays one name."""

from itertools import permutations

import pytest

from courtil.imports.names import Name, full_names, people

LAST = (
    "Dupont",
    "Le Goff",
    "Van der Elst",
    "d'Hérouville",
    "N'Diaye",
    "Saint-Aubin",
    "Ça-Desmaëlle",
    "de La Tour",
    "Ben Saïd",
    "Œuvrard",
)
COUPLES = list(permutations(LAST, 2))


@pytest.mark.parametrize(("one", "two"), COUPLES)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Zoé / Anne-Lise", "{} / {}"),
        ("Zoé et Anne-Lise", "{} et {}"),
        ("Zoé\nAnne-Lise", "{}\n{}"),
        ("Zoé et Anne-Lise", "{} – {} (coloc.)"),
    ],
)
def test_two_names_in_two_cells_are_two_people(one: str, two: str, first: str, last: str) -> None:
    expected = (Name("Zoé", one).key, Name("Anne-Lise", two).key)
    assert tuple(name.key for name in people(first, last.format(one, two))) == expected
    assert tuple(name.key for name in people(first, last.format(one.upper(), two.upper()))) == expected


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize(
    ("first", "cell"),
    [("Zoé & Paul", "{}"), ("Zoé, Paul", "Famille {}"), ("Zoé / Paul", "M. et Mme {}"), ("ZOÉ + PAUL", "Mme et M. {}")],
)
def test_one_last_name_is_shared(last: str, first: str, cell: str) -> None:
    expected = (Name("Zoé", last).key, Name("Paul", last).key)
    assert tuple(name.key for name in people(first, cell.format(last))) == expected
    assert tuple(name.key for name in people(first, cell.format(last.upper()))) == expected


@pytest.mark.parametrize("last", LAST)
def test_a_whole_name_in_one_cell_is_parted_by_capitals_or_by_the_heading(last: str) -> None:
    expected = (Name("Zoé", last).key,)
    for cell in (
        f"{last.upper()} Zoé",
        f"Zoé {last.upper()}",
        f"Mme {last.upper()} Zoé",
        f"Zoé {last}",
        f"{last.upper()}, Zoé",
    ):
        assert tuple(name.key for name in full_names(cell)) == expected
    assert tuple(name.key for name in full_names(f"{last.upper()} Zoé", last_first=True)) == expected


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Anne & Paul DUPONT", [("Anne", "Dupont"), ("Paul", "Dupont")]),
        ("DUPONT Anne et Paul", [("Anne", "Dupont"), ("Paul", "Dupont")]),
        ("DUPONT Anne / MARTIN Paul", [("Anne", "Dupont"), ("Paul", "Martin")]),
        ("Anne Dupont, Paul Martin", [("Anne", "Dupont"), ("Paul", "Martin")]),
        ("Anne et Paul Dupont-Martin", [("Anne", "Dupont-Martin"), ("Paul", "Dupont-Martin")]),
        ("Jean Pierre Dupont", [("Jean Pierre", "Dupont")]),
        ("M. et Mme LE GOFF", [("", "Le Goff")]),
        ("Anne", [("", "Anne")]),
        ("?", []),
    ],
)
def test_people_named_in_one_cell(cell: str, found: list[tuple[str, str]]) -> None:
    assert [(name.first, name.last) for name in full_names(cell)] == found


def test_a_lone_first_name_of_a_co_member_takes_the_last_name_of_the_row() -> None:
    assert full_names("Paul", shared="Dupont") == (Name("Paul", "Dupont"),)


def test_a_double_name_beside_one_first_name_is_one_person() -> None:
    assert people("Anne", "Dupont - Martin") == (Name("Anne", "Dupont-Martin"),)


def test_a_name_without_first_name_is_kept() -> None:
    assert people("", "DUPONT") == (Name("", "Dupont"),)
    assert people("", "DUPONT Anne") == (Name("Anne", "Dupont"),)
    assert people("Paul", "Dupont et Martin") == (Name("Paul", "Dupont"), Name("", "Martin"))
