"""Importing members: shown before, written at once or not at all, never twice, and taken back as a whole."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from courtil.documents import FORMATS
from courtil.domain.access import Actor, Grant
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.services import imports, people, roles, schedule
from courtil.services.imports import Outcome, Preview
from courtil.services.instance import Instance
from courtil.store.imports import ImportBatch
from courtil.store.operations import LogEntry
from courtil.store.people import Household, Person

HEADINGS = "Nom;Prénom;E-mail;Téléphone;Adresse;Code postal;Ville;Statut\n"
ZOE = "Lantier;Zoé;zoe@exemple.fr;06 12 34 56 78;1 rue des Lilas;44000;Nantes;\n"
MARC = "Macquart;Marc;marc@exemple.fr;;2 rue des Lilas;44000;Nantes;\n"


def uploaded(instance: Instance, text: str, actor: Actor | None = None, headings: str = HEADINGS) -> int:
    with instance.working(actor=actor) as unit:
        return imports.upload(unit, (headings + text).encode(), "liste.csv").id


def previewed(
    instance: Instance, batch_id: int, mapping: dict[str, str] | None = None, actor: Actor | None = None
) -> Preview:
    with instance.reading(actor=actor) as reader:
        return imports.preview(reader, batch_id, mapping)


def written(instance: Instance, text: str, headings: str = HEADINGS) -> tuple[int, dict[str, int]]:
    batch_id = uploaded(instance, text, headings=headings)
    with instance.working() as unit:
        return batch_id, imports.write(unit, batch_id)


def everybody(instance: Instance) -> dict[str, Person]:
    with instance.reading() as reader:
        return {person.full_name: person for person in reader.all(select(Person).order_by(Person.id))}


def homes(instance: Instance) -> list[Household]:
    with instance.reading() as reader:
        return list(reader.all(select(Household).order_by(Household.id)))


def add(instance: Instance, first: str, last: str, household: bool = True, **facts: Any) -> Person:
    home = {name: facts.pop(name) for name in ("address", "postal_code", "city") if name in facts}
    data = people.PersonData(first_name=first, last_name=last, **facts)
    with instance.working() as unit:
        if not household:
            return people.add_person(unit, None, data)
        people.add_household(unit, people.HouseholdData(**home), [data])
    return everybody(instance)[f"{first} {last}"]


def actor(person: Person, *permissions: str) -> Actor:
    return Actor(person.id, person.full_name, None, frozenset(Grant(name) for name in permissions))


def test_nothing_is_written_before_the_person_agrees(instance: Instance) -> None:
    found = previewed(instance, uploaded(instance, ZOE + MARC))
    assert (found.counts["households"], found.counts["persons"], found.to_write) == (2, 2, 2)
    assert [line.outcome for line in found.plan.lines] == [Outcome.NEW, Outcome.NEW]
    assert everybody(instance) == {}


def test_what_is_written_is_what_the_row_says(instance: Instance) -> None:
    _batch, counts = written(instance, ZOE)
    zoe, (home,) = everybody(instance)["Zoé Lantier"], homes(instance)
    assert (zoe.email, zoe.phone, zoe.household_id) == ("zoe@exemple.fr", "+33612345678", home.id)
    assert (home.name, home.address, home.postal_code, home.city) == ("Lantier", "1 rue des Lilas", "44000", "Nantes")
    assert (home.search, "zoe" in zoe.search, "0612345678" in zoe.search) == ("lantier", True, True)
    assert counts["households"] == 1


def test_one_event_tells_the_whole_batch_and_the_file_is_forgotten(instance: Instance) -> None:
    batch_id, _counts = written(instance, ZOE + MARC)
    with instance.reading() as reader:
        entries = reader.all(select(LogEntry.sentence).where(LogEntry.kind.in_(("ImportWritten", "HouseholdAdded"))))
        assert list(entries) == ["Import de « liste.csv » : 2 foyers ajoutés."]
        assert reader.get(ImportBatch, batch_id).content is None


def test_the_same_list_twice_creates_nothing(instance: Instance) -> None:
    text = (
        ZOE
        + MARC
        + "Seul;Jean;;;;;;\nSeul;Jean;;;;;;\nBloch;Anne;;;3 rue X;44000;Nantes;\nMacquart;Eve;marc@exemple.fr;;;;;\n"
    )
    _batch, first = written(instance, text)
    _batch, second = written(instance, text)
    assert (first["households"], first["persons"]) == (6, 6)
    assert {name: second[name] for name in ("households", "persons", "filled", "same")} == {
        "households": 0, "persons": 0, "filled": 0, "same": 6,
    }  # fmt: skip


def test_namesakes_stay_apart(instance: Instance) -> None:
    add(instance, "Zoé", "Lantier", email="autre.zoe@exemple.fr", phone="0699999999")
    found = previewed(instance, uploaded(instance, ZOE + "Lantier;Zoé;;;9 rue Y;44000;Nantes;\n"))
    assert [line.outcome for line in found.plan.lines] == [Outcome.NEW, Outcome.NEW]
    assert "déjà là : vérifiez" in found.plan.lines[0].remarks[-1]


@pytest.mark.parametrize(
    "known",
    [{"email": "zoe@exemple.fr"}, {"phone": "06.12.34.56.78"}, {"address": "1, rue des lilas", "postal_code": "44000"}],
)
def test_empty_cells_of_somebody_known_are_filled_in(instance: Instance, known: dict[str, str]) -> None:
    before = add(instance, "Zoé", "LANTIER", **known)
    found = previewed(instance, uploaded(instance, ZOE))
    assert found.plan.lines[0].outcome is Outcome.FILLED
    written(instance, ZOE)
    ((_name, zoe),) = everybody(instance).items()
    assert (zoe.id, zoe.email, zoe.phone, zoe.last_name) == (before.id, "zoe@exemple.fr", "+33612345678", "LANTIER")
    assert homes(instance)[0].city == "Nantes"


def test_what_is_there_is_kept_and_the_disagreement_is_told(instance: Instance) -> None:
    add(instance, "Zoé", "Lantier", email="zoe@exemple.fr", address="9 rue Neuve", city="Rezé")
    found = previewed(instance, uploaded(instance, ZOE))
    assert "Adresse : « 9 rue Neuve » est gardé, le fichier dit « 1 rue des Lilas »." in found.plan.lines[0].remarks
    written(instance, ZOE)
    assert (homes(instance)[0].address, homes(instance)[0].city) == ("9 rue Neuve", "Rezé")


def test_a_used_address_is_left_out_with_a_remark(instance: Instance) -> None:
    add(instance, "Paul", "Durand", email="zoe@exemple.fr")
    found = previewed(instance, uploaded(instance, ZOE))
    assert (
        "zoe@exemple.fr est déjà l’adresse de Paul Durand : la ligne est prise sans elle."
        in found.plan.lines[0].remarks
    )
    written(instance, ZOE)
    assert everybody(instance)["Zoé Lantier"].email is None


def test_a_repeated_row_completes_the_first(instance: Instance) -> None:
    couple = "Lantier;Zoé et Marc;zoe@exemple.fr;;;;;\n"
    _batch, counts = written(instance, "Lantier;Zoé;zoe@exemple.fr;;;;;\n" + couple)
    assert (counts["households"], counts["persons"], counts["duplicates"]) == (1, 2, 1)
    assert {person.household_id for person in everybody(instance).values()} == {homes(instance)[0].id}


def test_a_member_who_left_is_written_among_the_archives(instance: Instance) -> None:
    written(instance, ZOE.replace(";Nantes;", ";Nantes;parti"))
    home, zoe = homes(instance)[0], everybody(instance)["Zoé Lantier"]
    assert home.left_on is not None
    assert home.archived_at is not None
    assert zoe.archived_at == home.archived_at
    with instance.working() as unit:
        people.come_back(unit, home.id)
    assert everybody(instance)["Zoé Lantier"].archived_at is None


def test_who_installed_courtil_gets_the_household_of_the_list(instance: Instance) -> None:
    before = add(instance, "Zoé", "Lantier", household=False, email="zoe@exemple.fr")
    batch_id, counts = written(instance, ZOE)
    assert (counts["households"], counts["persons"]) == (1, 0)
    assert everybody(instance)["Zoé Lantier"].household_id == homes(instance)[0].id
    with instance.working() as unit:
        imports.undo(unit, batch_id)
    zoe = everybody(instance)["Zoé Lantier"]
    assert (zoe.id, zoe.household_id, zoe.phone) == (before.id, None, "")


def test_only_who_gives_rights_sets_the_address_of_who_gives_rights(instance: Instance) -> None:
    zoe = add(instance, "Zoé", "Lantier", phone="0612345678")
    with instance.working() as unit:
        roles.grant(unit, unit.get(Person, zoe.id), "administrator")
    secretary = actor(add(instance, "Eve", "Bloch"), "people.write", "people.read")
    batch_id = uploaded(instance, ZOE, secretary)
    with instance.working(actor=secretary) as unit:
        imports.write(unit, batch_id)
    assert everybody(instance)["Zoé Lantier"].email is None


def test_unknown_columns_are_listed_and_kept_in_the_note(instance: Instance) -> None:
    headings = "Nom;Prénom;E-mail;Panier préféré;Numéro\n"
    text = "Lantier;Zoé;zoe@exemple.fr;grand;0012\n"
    found = previewed(instance, uploaded(instance, text, headings=headings))
    assert found.unknown == ("Panier préféré",)
    written(instance, text, headings)
    assert set(homes(instance)[0].note.splitlines()) == {"Numéro d’adhérent\u00a0: 0012", "Panier préféré\u00a0: grand"}


def test_a_chosen_mapping_is_followed_and_remembered(instance: Instance) -> None:
    headings = "Nom;Prénom;E-mail;Zone\n"
    text = "Lantier;Zoé;zoe@exemple.fr;Nantes\n"
    batch_id = uploaded(instance, text, headings=headings)
    with instance.working() as unit:
        imports.choose(unit, batch_id, {"3": "city"})
        imports.write(unit, batch_id)
    assert (homes(instance)[0].city, homes(instance)[0].note) == ("Nantes", "")
    again = previewed(instance, uploaded(instance, text, headings=headings))
    assert (again.mapping.fields[3], again.unknown) == ("city", ())


@pytest.mark.parametrize("mapping", [{"99": "city"}, {"0": "moon"}, {"x": "city"}, {"0": "ignored", "1": "ignored"}])
def test_a_mapping_that_does_not_fit_the_file_is_refused(instance: Instance, mapping: dict[str, str]) -> None:
    batch_id = uploaded(instance, ZOE)
    with instance.working() as unit, pytest.raises(Refused):
        imports.write(unit, batch_id, mapping)
    assert everybody(instance) == {}


def test_a_preview_that_is_no_longer_true_is_not_written(instance: Instance) -> None:
    batch_id = uploaded(instance, ZOE)
    seen = previewed(instance, batch_id).digest
    add(instance, "Zoé", "Lantier", email="zoe@exemple.fr")
    with pytest.raises(Stale), instance.working() as unit:
        imports.write(unit, batch_id, None, seen)
    with instance.working() as unit:
        imports.choose(unit, batch_id, {"3": "ignored"})
    with pytest.raises(Stale), instance.working() as unit:
        imports.write(unit, batch_id, None, seen)


def test_formulas_never_become_names_and_one_bad_row_of_500_is_named(instance: Instance) -> None:
    rows = [f"Nom{n};Prénom{n};p{n}@exemple.fr;;;;;\n" for n in range(499)]
    rows.insert(250, '"=HYPERLINK(""http://mal.example"";""clic"")";;x@exemple.fr;;;;;\n')
    batch_id, counts = written(instance, "".join(rows))
    assert (counts["refused"], counts["households"]) == (1, 499)
    with instance.reading() as reader:
        sheet = imports.report(reader, batch_id)
    (table,) = sheet.tables
    (refused,) = [row for row in table.rows if row[1] == "Refusée"]
    assert refused[0] == 252
    assert ";=HYPERLINK" not in FORMATS["csv"].render(sheet).decode("utf-8-sig").replace('"', "")
    assert not any(person.full_name.startswith("=") for person in everybody(instance).values())


def test_all_or_nothing_when_writing_fails(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = uploaded(instance, ZOE + MARC)

    def fail(*_values: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("courtil.services.imports.writing.remember", fail)
    with pytest.raises(RuntimeError), instance.working() as unit:
        imports.write(unit, batch_id)
    assert (everybody(instance), homes(instance)) == ({}, [])
    assert previewed(instance, batch_id).to_write == 2


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG....", b"MZ\x90", b"Bonjour\n", b"Nom;Pr\xc3\xa9nom;E-mail\n", b"PK\x03\x04rien"]
)
def test_a_file_without_a_list_is_refused_and_not_kept(instance: Instance, data: bytes) -> None:
    with pytest.raises(Refused), instance.working() as unit:
        imports.upload(unit, data, "liste.xlsx")
    with instance.reading() as reader:
        assert reader.session.scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_two_imports_of_the_same_list_at_once_write_it_once(instance: Instance) -> None:
    batches = [uploaded(instance, ZOE + MARC + "Seul;Jean;;;;;;\n") for _one in range(2)]
    start = threading.Barrier(2)

    def work(batch_id: int) -> None:
        start.wait(10)
        with instance.working() as unit:
            imports.write(unit, batch_id)

    threads = [threading.Thread(target=work, args=(batch_id,)) for batch_id in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(everybody(instance)) == ["Jean Seul", "Marc Macquart", "Zoé Lantier"]
    with instance.reading() as reader:
        assert all(batch.written_at for batch in reader.all(select(ImportBatch)))


def test_a_preview_belongs_to_who_made_it(instance: Instance) -> None:
    zoe, eve = add(instance, "Zoé", "Lantier"), add(instance, "Eve", "Bloch")
    batch_id = uploaded(instance, MARC, actor(zoe, "people.write"))
    for act in (imports.preview, imports.write, imports.forget):
        with pytest.raises(NotFound), instance.working(actor=actor(eve, "people.write")) as unit:
            act(unit, batch_id)
    with pytest.raises(NotFound):
        previewed(instance, batch_id + 1)


def test_a_batch_is_written_once(instance: Instance) -> None:
    batch_id, _counts = written(instance, ZOE)
    for act in (imports.write, imports.preview, imports.forget):
        with pytest.raises(Refused), instance.working() as unit:
            act(unit, batch_id)


def test_a_preview_is_forgotten_on_demand_or_after_a_day(instance: Instance) -> None:
    old, fresh, dropped = (uploaded(instance, ZOE) for _one in range(3))
    with instance.working() as unit:
        imports.forget(unit, dropped)
        unit.get(ImportBatch, old).created_at = datetime.now(UTC) - timedelta(days=2)
    with pytest.raises(Refused, match="plus d’un jour"):
        previewed(instance, old)
    with instance.working() as unit:
        schedule.sweep(unit)
    with instance.reading() as reader:
        assert list(reader.all(select(ImportBatch.id))) == [fresh]


def test_undoing_leaves_everything_as_it_was(instance: Instance) -> None:
    add(instance, "Zoé", "Lantier", email="zoe@exemple.fr")
    before = snapshot(instance)
    batch_id, counts = written(instance, ZOE + MARC)
    assert (counts["households"], counts["filled"]) == (1, 1)
    with instance.working() as unit:
        imports.undo(unit, batch_id)
    assert snapshot(instance) == before
    with pytest.raises(Refused), instance.working() as unit:
        imports.undo(unit, batch_id)
    assert written(instance, ZOE + MARC)[1] == counts


def test_undoing_is_refused_once_somebody_changed_a_sheet(instance: Instance) -> None:
    batch_id, _counts = written(instance, ZOE + MARC)
    zoe = everybody(instance)["Zoé Lantier"]
    with instance.working() as unit:
        people.change_person(unit, zoe.id, people.ContactData(email="zoe@exemple.fr", phone="0600000000"))
    with pytest.raises(Refused, match="changé depuis : Zoé Lantier"), instance.working() as unit:
        imports.undo(unit, batch_id)
    assert len(everybody(instance)) == 2


def test_undoing_is_refused_once_a_sheet_serves(instance: Instance) -> None:
    batch_id, _counts = written(instance, ZOE + MARC)
    with instance.working() as unit:
        roles.grant(unit, unit.get(Person, everybody(instance)["Marc Macquart"].id), "treasurer")
        home = everybody(instance)["Zoé Lantier"].household_id
        people.add_person(unit, home, people.PersonData(first_name="Léa", last_name="Lantier"))
    with pytest.raises(Refused, match="servi depuis : Lantier, Marc Macquart"), instance.working() as unit:
        imports.undo(unit, batch_id)


def test_past_imports_are_listed_with_their_report(instance: Instance) -> None:
    zoe = actor(add(instance, "Eve", "Bloch"), "people.write")
    batch_id = uploaded(instance, ZOE, zoe)
    with instance.working(actor=zoe) as unit:
        imports.write(unit, batch_id)
    with instance.reading() as reader:
        ((batch, who),) = imports.past(reader)
        assert (batch.id, who) == (batch_id, "Eve Bloch")
        (table,) = imports.report(reader, batch_id).tables
        assert [row[:3] for row in table.rows] == [(2, "Nouveau foyer", "Zoé Lantier")]


def snapshot(instance: Instance) -> list[tuple[Any, ...]]:
    """Every household and person, but for versions."""
    with instance.reading() as reader:
        rows = [*reader.all(select(Household).order_by(Household.id)), *reader.all(select(Person).order_by(Person.id))]
        return [tuple(getattr(row, c.name) for c in row.__table__.columns if c.name != "version") for row in rows]
