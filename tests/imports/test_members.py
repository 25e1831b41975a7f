"""One row of a list is one household: nothing is lost, invented, merged or dropped in silence."""

import pytest

from courtil.domain.problems import Refused
from courtil.imports import Field, MemberRow, MemberTable, find_table, guess_mapping, read_members, read_pasted


def read(text: str) -> MemberTable:
    """Read lines whose cells are parted by `|`, as if they were pasted."""
    table = find_table(read_pasted("\n".join(line.strip().replace("|", "\t") for line in text.strip().splitlines())))
    return read_members(table, guess_mapping(table.headings))


def one(text: str) -> MemberRow:
    (row,) = read(text).rows
    return row


def people(row: MemberRow) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return [(person.first_name, person.last_name, person.emails, person.phones) for person in row.persons]


def test_the_e_mails_of_a_couple_go_to_the_one_they_name() -> None:
    row = one("Nom|Prénom|Mail\nDupont / Martin|Anne / Paul|paul.martin@example.org, a.dupont@example.org")
    assert people(row) == [
        ("Anne", "Dupont", ("a.dupont@example.org",), ()),
        ("Paul", "Martin", ("paul.martin@example.org",), ()),
    ]


def test_a_single_e_mail_of_a_couple_goes_to_the_first_person_when_it_names_nobody() -> None:
    assert one("Nom|Prénom|Mail\nDupont|Anne et Paul|famille@example.org").persons[0].emails == ("famille@example.org",)


def test_several_addresses_of_one_person_stay_with_that_person() -> None:
    row = one("Email|Prénom|Nom|Email 2\nanne@example.org|Anne|Dupont|paul.martin@example.net")
    assert people(row) == [("Anne", "Dupont", ("anne@example.org", "paul.martin@example.net"), ())]


def test_two_mobile_phones_of_a_couple_are_one_each_and_a_landline_is_the_first_person_s() -> None:
    row = one("Nom|Prénom|Tél\nDupont|Anne et Paul|0639980001 / 0639980002")
    assert [person.phones for person in row.persons] == [("+33639980001",), ("+33639980002",)]
    row = one("Nom|Prénom|Tél\nDupont|Anne et Paul|0639980001 / 0199000002")
    assert [person.phones for person in row.persons] == [("+33639980001", "+33199000002"), ()]


def test_a_co_member_s_columns_make_a_second_person() -> None:
    row = one(
        "Prénom|Nom|E-mail|Mobile|Prénom|Nom|E-mail|Mobile|Ville\n"
        "Anne|Dupont|anne@example.org|0639980001|Paul||paul@example.org|0639980002|Nantes"
    )
    assert people(row) == [
        ("Anne", "Dupont", ("anne@example.org",), ("+33639980001",)),
        ("Paul", "Dupont", ("paul@example.org",), ("+33639980002",)),
    ]
    assert row.city == "Nantes"


def test_a_co_member_named_in_one_cell_is_a_second_person_once() -> None:
    row = one("Nom|Prénom|Co-adhérent|Co-adhérent(s) - sans email\nDupont|Anne|Paul Martin|Paul Martin")
    assert [(person.first_name, person.last_name) for person in row.persons] == [("Anne", "Dupont"), ("Paul", "Martin")]


def test_a_whole_name_under_one_heading_is_read() -> None:
    assert people(one("Adhérent|E-mail\nVERDIER Lucie|l@example.org")) == [("Lucie", "Verdier", ("l@example.org",), ())]
    assert people(one("Nom|E-mail\nVerdier Lucie|l@example.org")) == [("Lucie", "Verdier", ("l@example.org",), ())]


def test_an_unreadable_cell_is_empty_with_a_remark_on_its_heading() -> None:
    row = one("Nom|Prénom|E-mail|Tél|Date d'adhésion\nDupont|Anne|geraldine#|liste rouge|bientôt")
    assert (row.emails, row.phones, row.joined) == ((), (), None)
    assert [(remark.heading, remark.cell) for remark in row.remarks] == [
        ("E-mail", "geraldine#"), ("Tél", "liste rouge"), ("Date d'adhésion", "bientôt"),
    ]  # fmt: skip
    assert row.remarks[1].message == "« liste rouge » n’a pas pu être lu"


def test_what_stands_in_brackets_after_a_name_is_remarked_on() -> None:
    row = one("Nom|Prénom\nDupont (coloc.)|Anne")
    assert row.persons[0].last_name == "Dupont"
    assert "(coloc.)" in row.remarks[0].message


def test_an_unknown_column_is_listed_and_its_cells_are_kept() -> None:
    table = read("Nom|Prénom|Newsletter\nDupont|Anne|oui\nMartin|Paul|")
    assert table.unknown_headings == ("Newsletter",)
    assert [row.extras for row in table.rows] == [(("Newsletter", "oui"),), ()]


def test_a_member_is_active_unless_the_list_says_no() -> None:
    rows = read("Nom|Prénom|État\nDupont|Anne|Inactif\nMartin|Paul|\nPetit|Zoé|peut-être").rows
    assert [row.active for row in rows] == [False, True, True]
    assert [remark.cell for remark in rows[2].remarks] == ["peut-être"]


def test_a_code_and_a_town_in_one_cell_fill_both() -> None:
    row = one("Nom|Prénom|CP Ville\nDupont|Anne|44000 Nantes")
    assert (row.postal_code, row.city) == ("44000", "Nantes")


def test_amounts_are_cents_and_an_empty_one_is_unknown() -> None:
    row = one("Nom|Prénom|Cotisation|Total\nDupont|Anne|17,50 €|")
    assert (row.fee, row.total, row.amount) == (1750, None, None)


def test_a_row_without_e_mail_is_kept() -> None:
    assert len(read("Nom|Prénom|E-mail\nDupont|Anne|\nMartin|Paul|-").rows) == 2


@pytest.mark.parametrize("cells", ["||anne@example.org", "?|-|anne@example.org", "=1+1||", "  |12|x@example.org"])
def test_a_row_without_any_name_is_refused_with_its_reason(cells: str) -> None:
    table = read(f"Nom|Prénom|E-mail\nDupont|Anne|\n{cells}|")
    assert len(table.rows) == 1
    (refused,) = table.refused
    assert (refused.row, "aucun nom" in refused.reason) == (3, True)
    assert refused.cells[0] == cells.split("|", maxsplit=1)[0].strip()


def test_a_note_under_the_list_is_no_household() -> None:
    table = read("Nom|Prénom|E-mail\nDupont|Anne|\nen jaune : à relancer avant le 12||")
    assert [refused.row for refused in table.refused] == [3]


def test_a_missing_first_name_is_remarked_on() -> None:
    row = one("Nom|Prénom|E-mail\nDUPONT||d@example.org")
    assert people(row) == [("", "Dupont", ("d@example.org",), ())]
    assert [remark.message for remark in row.remarks] == ["Il manque un prénom."]


def test_no_column_of_names_is_refused() -> None:
    table = find_table(read_pasted("Nom\tVille\nDupont\tNantes"))
    mapping = guess_mapping(table.headings).changed({0: Field.IGNORED})
    with pytest.raises(Refused, match="Aucune colonne"):
        read_members(table, mapping)


def same_as(text: str) -> list[int | None]:
    return [row.same_as_row for row in read("Nom|Prénom|E-mail|Tél|Adresse\n" + text).rows]


def test_the_same_name_with_the_same_e_mail_or_phone_is_the_same_household() -> None:
    assert same_as("Dupont|Anne|a@example.org||\nDUPONT|anne|A@EXAMPLE.ORG||\nDupont|Anne|a@example.org||") == [
        None,
        2,
        2,
    ]
    assert same_as("Dupont|Anne|a@example.org|0639980001|\nDupont|Anne||06 39 98 00 01|") == [None, 2]


def test_one_person_of_a_household_written_again_is_that_household() -> None:
    assert same_as("Dupont|Anne et Paul|paul@example.org||\nDupont|Paul|paul@example.org||") == [None, 2]


def test_the_same_name_and_address_without_any_contact_is_the_same_household() -> None:
    assert same_as("Dupont|Anne|a@example.org||3, rue Haute\nDupont|Anne|||3 rue haute") == [None, 2]


def test_namesakes_are_not_merged_and_the_person_is_told() -> None:
    rows = read("Nom|Prénom|E-mail\nDupont|Anne|a@example.org\nDupont|Anne|b@example.org").rows
    assert [(row.same_as_row, row.homonym_of_row) for row in rows] == [(None, None), (None, 2)]
    assert "ligne 2" in rows[1].remarks[0].message


def test_two_names_sharing_an_e_mail_are_two_households_with_a_remark() -> None:
    rows = read("Nom|Prénom|E-mail\nDupont|Anne|foyer@example.org\nMartin|Paul|foyer@example.org").rows
    assert [row.same_as_row for row in rows] == [None, None]
    assert rows[1].remarks[0].message == "Même e-mail que la ligne 2."


def test_repeated_rows_do_not_count_as_households() -> None:
    table = read("Nom|Prénom|E-mail\nDupont|Anne et Paul|a@example.org\nDupont|Anne|a@example.org\nPetit|Zoé|")
    assert (len(table.rows), len(table.households), table.persons) == (3, 2, 3)


def test_every_row_is_read_refused_or_ignored() -> None:
    table = read("Nom|Prénom|E-mail\nDupont|Anne|\n||x@example.org\nTOTAL||\nMartin|Paul|")
    numbers = [row.row for row in table.rows] + [row.row for row in table.refused] + [row.row for row in table.ignored]
    assert sorted(numbers) == [2, 3, 4, 5]
