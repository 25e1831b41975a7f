"""Lists of members in the shapes AMAPs really use, compared row by row with what they truly hold.

`COURTIL_IMPORTS` names another folder with the same layout: files, `expected.yaml`, `truth/*.json`.
"""

import json
import os
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courtil.domain.money import Cents
from courtil.imports import MemberRow, MemberTable, Table, find_table, guess_mapping, read_file, read_members
from courtil.services import imports
from courtil.services.imports import Outcome
from courtil.services.instance import Instance
from courtil.store.imports import ImportChange
from courtil.store.people import Household, Person

FOLDER = Path(os.environ.get("COURTIL_IMPORTS") or Path(__file__).with_name("imports"))
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
MEMBERS = [name for name, told in EXPECTED.items() if told["kind"] == "members"]

# What a file of another kind would need before it can be imported.
MISSING_RULES = {
    "contract lines": "a row is a member's line of a contract, to be matched with members and offers already there",
    "contract sign-ups": "a row signs a member up by name or e-mail with a quantity and an option's code",
    "contract sign-ups, one column per contract": "a column is a contract and its cell the quantities and options",
    "cheques": "a row is a member's cheques by month, with totals that are formulas to recompute",
    "membership fees": "a row is a membership fee paid or due, for a member already there",
    "contract grid (date x product)": "columns are dates by products under merged headings, a cell a quantity",
}
GROUPS = {"vegetables": "legumes", "eggs": "oeufs"}  # columns under one merged heading, kept as they are
KEPT = {"row", "persons", "emails", "phones", "code_postal", "ville", "active", "joined", "same_as_row"}
"""What a household and its persons have a column for; the rest is kept in the note, as text."""
TOTALS = {"total_eur": "total", "fees_eur": "fee", "amounts_eur": "amount"}

PlainRow = dict[str, Any]
Producer = Callable[[str], list[PlainRow]]


# ---- producers: from a file's name to plain rows ---------------------------------------------------------------


def read_by_the_package(name: str) -> list[PlainRow]:
    """One plain row per row the package reads, with every field the truth may name."""
    return [plain(row) for row in members(name).rows]


PRODUCERS: list[Producer] = [read_by_the_package]


@cache
def table(name: str) -> Table:
    return find_table(read_file((FOLDER / name).read_bytes(), name))


@cache
def members(name: str) -> MemberTable:
    found = table(name)
    return read_members(found, guess_mapping(found.headings))


def plain(row: MemberRow) -> PlainRow:
    return {
        "row": row.row,
        "persons": [{"nom": person.last_name, "prenom": person.first_name} for person in row.persons],
        "emails": row.emails,
        "phones": row.phones,
        "code_postal": row.postal_code,
        "ville": row.city,
        "active": row.active,
        "years": row.years,
        "created": row.created and row.created.isoformat(),
        "joined": row.joined and row.joined.isoformat(),
        "number": row.number,
        "role": row.role,
        "intermittent": bool(row.intermittent),
        "placeholder_email": next((remark.cell for remark in row.remarks if remark.cell.endswith("#")), None),
        "fee": euros(row.fee),
        "amount": euros(row.amount),
        "total": euros(row.total or Cents(0)),
        "same_as_row": row.same_as_row,
        "homonym_not_duplicate": row.homonym_of_row,
        **{group: cells_under(row, heading) for group, heading in GROUPS.items()},
    }


def euros(cents: int | None) -> str | None:
    return None if cents is None else f"{cents // 100}.{cents % 100:02d}"


def cells_under(row: MemberRow, heading: str) -> list[str]:
    return [cell for title, cell in row.extras if key(title).startswith(heading)]


def written_by_the_service(instance: Instance, name: str) -> list[PlainRow]:
    """Upload, preview, write; then one plain row per row of the file, read back from the database."""
    batch_id = write(instance, name)["batch_id"]
    with instance.reading() as reader:
        query = select(ImportChange).where(ImportChange.batch_id == batch_id, ImportChange.kind == "line")
        lines = {change.row: change for change in reader.all(query)}
        homes = {home.id: home for home in reader.all(select(Household).options(selectinload(Household.persons)))}
    first = {line.object_id: row for row, line in sorted(lines.items(), reverse=True)}
    return [
        plain_home(
            homes[line.object_id], row, first[line.object_id] if line.after["outcome"] == Outcome.DUPLICATE else None
        )
        for row, line in sorted(lines.items())
    ]


def write(instance: Instance, name: str) -> dict[str, Any]:
    with instance.working() as unit:
        batch = imports.upload(unit, (FOLDER / name).read_bytes(), name)
    with instance.reading() as reader:
        seen = imports.preview(reader, batch.id).digest
    with instance.working() as unit:
        return imports.write(unit, batch.id, None, seen) | {"batch_id": batch.id}


def plain_home(home: Household, row: int, same_as_row: int | None) -> PlainRow:
    return {
        "row": row,
        "persons": [{"nom": person.last_name, "prenom": person.first_name} for person in home.persons],
        "emails": [email for person in home.persons for email in (person.email, person.other_email) if email],
        "phones": [phone for person in home.persons for phone in (person.phone, person.other_phone) if phone],
        "code_postal": home.postal_code,
        "ville": home.city,
        "active": home.archived_at is None and all(person.archived_at is None for person in home.persons),
        "joined": home.joined_on and home.joined_on.isoformat(),
        "same_as_row": same_as_row,
    }


# ---- comparison: any producer's rows against the truth ---------------------------------------------------------


def key(text: str | None) -> str:
    """The comparison key of the truth, written apart from the code under test."""
    letters = unicodedata.normalize("NFKD", (text or "").casefold().replace("œ", "oe").replace("æ", "ae"))
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in kept).split())


def truth(name: str) -> list[PlainRow]:
    return json.loads((FOLDER / EXPECTED[name]["truth"]).read_text(encoding="utf-8"))


def comparable(field: str, value: Any) -> Any:
    """One form for the same value, whether it was read or told."""
    if field == "persons":
        return [(key(person["nom"]), key(person["prenom"])) for person in value]
    if field == "emails":
        return sorted(value)
    if field in GROUPS:
        return [str(cell) for cell in (value.values() if isinstance(value, dict) else value or ())]
    if field in ("phones", "years"):
        return list(value)
    if field == "ville":
        return key(value)
    if field == "number":
        return str(value)
    if field == "homonym_not_duplicate":
        return bool(value)
    return value or None if field in ("code_postal", "role", "same_as_row") else value


def differences(told: Iterable[PlainRow], rows: Iterable[PlainRow]) -> list[str]:
    """Every field that differs, every row lost or invented; fields the truth of a row does not name are not compared."""
    left = {row["row"]: row for row in rows}
    found = []
    for expected in told:
        row = left.pop(expected["row"], None)
        if row is None:
            found.append(f"row {expected['row']} is lost")
            continue
        for field in (*expected, "same_as_row"):
            want, got = comparable(field, expected.get(field)), comparable(field, row[field])
            if want != got:
                found.append(f"row {expected['row']}, {field}: {want!r} became {got!r}")
    return found + [f"row {number} is invented" for number in left]


def counts(rows: Iterable[PlainRow]) -> dict[str, Any]:
    """What `expected.yaml` tells of a file as a whole."""
    rows = list(rows)
    households = [row for row in rows if not row["same_as_row"]]
    return {
        "data_rows": len(rows),
        "households": len(households),
        "persons": sum(len(row["persons"]) for row in households),
        "rows_without_email": [row["row"] for row in rows if not row["emails"]],
        "rows_with_two_emails": [row["row"] for row in rows if len(row["emails"]) == 2],
        "duplicate_rows": {row["row"]: row["same_as_row"] for row in rows if row["same_as_row"]},
        "homonyms": [row["row"] for row in rows if row["homonym_not_duplicate"]],
        "inactive": sum(not row["active"] for row in rows),
        "placeholder_emails": sum(bool(row["placeholder_email"]) for row in rows),
        **{name: total(row[field] for row in households) for name, field in TOTALS.items()},
    }


def total(amounts: Iterable[str | None]) -> str | None:
    return euros(sum(int(amount.replace(".", "")) for amount in amounts if amount))


# ---- the cases --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("produce", PRODUCERS, ids=lambda produce: produce.__name__)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_list_gives_its_truth_row_by_row(name: str, produce: Producer) -> None:
    told = EXPECTED[name]
    if told["kind"] != "members":
        pytest.skip(f"not expressible: {MISSING_RULES.get(told['kind'], told['kind'])}")
    rows = produce(name)
    assert differences(truth(name), rows) == []
    counted = counts(rows)
    assert {field: counted[field] for field in counted.keys() & told} == {
        field: told[field] for field in counted.keys() & told
    }


@pytest.mark.parametrize("name", MEMBERS)
def test_a_list_is_in_the_database_as_its_truth_tells_row_by_row(instance: Instance, name: str) -> None:
    told = {row["row"]: {field: row[field] for field in KEPT & row.keys()} for row in truth(name)}
    for row in told.values():
        if row.get("same_as_row"):
            row.update(told[row["same_as_row"]] | {"row": row["row"], "same_as_row": row["same_as_row"]})
    assert differences(told.values(), written_by_the_service(instance, name)) == []
    with instance.reading() as reader:
        assert len(reader.all(select(Household.id))) == EXPECTED[name]["households"]
        assert len(reader.all(select(Person.id))) == EXPECTED[name]["persons"]
        gone = reader.all(select(Household.id).where(Household.left_on.is_not(None)))
        assert len(gone) == EXPECTED[name].get("inactive", 0)


@pytest.mark.parametrize("name", MEMBERS)
def test_a_list_written_twice_adds_nothing_and_is_undone_as_a_whole(instance: Instance, name: str) -> None:
    first, second = write(instance, name), write(instance, name)
    assert (first["households"], first["persons"]) == (EXPECTED[name]["households"], EXPECTED[name]["persons"])
    assert (second["households"], second["persons"], second["filled"]) == (0, 0, 0)
    with instance.working() as unit:
        imports.undo(unit, second["batch_id"])
        imports.undo(unit, first["batch_id"])
    with instance.reading() as reader:
        assert (list(reader.all(select(Household.id))), list(reader.all(select(Person.id)))) == ([], [])


@pytest.mark.parametrize("name", MEMBERS)
def test_the_headings_and_the_rows_to_ignore_are_found(name: str) -> None:
    told = EXPECTED[name]
    assert list(table(name).header_rows) == told.get("header_rows", [told.get("header_row")])
    assert {ignored.row for ignored in table(name).ignored} >= set(told.get("rows_to_ignore", {}))
    assert members(name).refused == ()


@pytest.mark.parametrize("name", MEMBERS)
def test_the_same_members_in_another_format_are_the_same(name: str) -> None:
    twins = [other for other in MEMBERS if other != name and Path(other).stem == Path(name).stem]
    for other in (*twins, *filter(None, [EXPECTED[name].get("same_members_as")])):
        assert members(name).rows == members(other).rows


@pytest.mark.parametrize("name", MEMBERS)
def test_every_column_is_used_or_listed(name: str) -> None:
    headings = {heading for heading in table(name).headings if heading}
    mapping = guess_mapping(table(name).headings)
    used = {heading for heading, field in zip(table(name).headings, mapping.fields, strict=True) if field != "other"}
    assert used | set(members(name).unknown_headings) >= headings
