"""Erasing: only somebody who has left and owes nothing, all that can be forgotten is, what the law keeps stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from courtil.domain.problems import NotFound, Refused
from courtil.domain.states import ContractState
from courtil.plugin.registry import Registry
from courtil.services import books, erasing, imports, log, mail, people, roles, signin
from courtil.services.instance import Instance
from courtil.services.people import ContactData, HouseholdData, PersonData
from courtil.services.unit import Unit
from courtil.store.base import Base
from courtil.store.contracts import Contract, Signature
from courtil.store.imports import ImportChange
from courtil.store.operations import Job, LogEntry, PluginState
from courtil.store.people import Household, Person, RoleGrant
from courtil.store.signin import Attempt, Session, SignInLink
from courtil.testing.factories import a_signed_contract, an_offer


@pytest.fixture
def registry() -> Registry:
    """No plugin, whatever `--company` says: what is counted here is the core's own."""
    return Registry.of(())


ZOE = PersonData(
    first_name="Zoé", last_name="Lantier", email="zoe@exemple.fr", other_email="zoe.bis@exemple.fr",
    phone="+33612345678", other_phone="+33698765432", shares_contact=True,
)  # fmt: skip
ANA = PersonData(first_name="Ana", last_name="Lantier", email="ana@exemple.fr")
HOME = HouseholdData(address="3 rue des Lilas", postal_code="44000", city="Nantes", note="Vient à vélo")
TRACES = ("zoe@exemple.fr", "zoe.bis@exemple.fr", "612345678", "698765432", "Zoé", "zoe")
FILE = (
    "Nom;Prénom;E-mail;Adresse\nLantier;Zoé;zoe@exemple.fr;3 rue des Lilas\n"
    "Macquart;Marc;zoe@exemple.fr;4 rue des Lilas\nBloch;Anne;anne@exemple.fr;5 rue des Lilas\n"
)


def a_home(unit: Unit, *persons: PersonData) -> list[int]:
    """The ids of the household and of its persons."""
    home = people.add_household(unit, HOME, persons or [ZOE])
    return [home.id, *unit.all(select(Person.id).where(Person.household_id == home.id).order_by(Person.position))]


def gone(unit: Unit, *persons: PersonData) -> list[int]:
    """The same, after it has left."""
    ids = a_home(unit, *persons)
    people.leave(unit, ids[0])
    return ids


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return str(caught.value)


def paid(unit: Unit, contract: Contract) -> None:
    """The household pays all of it."""
    payment = (books.OUTSIDE, books.household(contract.household_id), contract.total_cents)
    books.move(unit, "Payé", [payment], contract.id)


def kept(unit: Unit, *but: str) -> str:
    """All that the database holds, but for these tables."""
    names = [name for name in Base.metadata.tables if name.startswith("core_") and name not in but]
    return "\n".join(str(row) for name in names for row in unit.execute(text(f"SELECT * FROM {name}")))


def test_nothing_of_her_is_left_but_in_the_log(instance: Instance) -> None:
    with instance.working() as unit:
        home_id, person_id = gone(unit)
        person = unit.get(Person, person_id)
        roles.grant(unit, person, "treasurer")
        signin.set_password(unit, person, "cheval agrafe pile correct")
        signin.start_session(unit, person, "Firefox de Zoé")
        signin.new_link(unit, person)
        for action in ("password", "mail-account"):
            signin.count(unit, action, "zoe@exemple.fr", 5, signin.WINDOW)
        mail.ask(unit, "zoe@exemple.fr", "Zoé Lantier", "Bonjour", "Bonjour Zoé")
    with instance.working() as unit:
        erasing.erase(unit, person_id)
    with instance.working() as unit:
        person, home = unit.get(Person, person_id), unit.get(Household, home_id)
        assert (person.full_name, person.search) == ("Personne effacée", "personne effacee")
        assert person.erased_at is not None
        assert (home.name, home.search, home.address, home.postal_code, home.city, home.note) == (
            "Foyer effacé", "foyer efface", "", "", "", "",
        )  # fmt: skip
        for model in (RoleGrant, Session, SignInLink, Attempt, Job):
            assert unit.all(select(model)) == []
        assert [word for word in (*TRACES, "Lilas", "vélo") if word in kept(unit, "core_log")] == []


def test_what_the_law_keeps_stays(instance: Instance) -> None:
    with instance.working() as unit:
        home_id, person_id = a_home(unit)
        contract = a_signed_contract(unit, an_offer(unit), unit.get(Household, home_id), state=ContractState.ENDED)
        contract.text = "Entre la ferme et Zoé Lantier"
        paid(unit, contract)
        before = kept(unit, "core_person", "core_household", "core_log")
        people.leave(unit, home_id)
        erasing.erase(unit, person_id)
        assert kept(unit, "core_person", "core_household", "core_log") == before
        assert unit.one(select(Signature.name)) == "Zoé Lantier"
        assert "Zoé" in unit.get(Contract, contract.id).text


def test_the_household_stays_while_somebody_of_it_is_not_erased(instance: Instance) -> None:
    with instance.working() as unit:
        home_id, zoe, ana = gone(unit, ZOE, ANA)
        erasing.erase(unit, zoe)
        home = unit.get(Household, home_id)
        assert (home.name, home.city, unit.get(Person, ana).email) == ("Lantier", "Nantes", "ana@exemple.fr")
        erasing.erase(unit, ana)
        assert (home.name, home.city) == ("Foyer effacé", "")


def test_somebody_who_left_alone_is_erased_and_her_household_goes_on(instance: Instance) -> None:
    with instance.working() as unit:
        home_id, zoe, _ana = a_home(unit, ZOE, ANA)
        people.archive_person(unit, zoe)
        erasing.erase(unit, zoe)
        home = people.household(unit, home_id)
        assert [person.first_name for person in people.present(home)] == ["Ana"]
        told = [entry.sentence for entry in log.history(unit, home)]
        assert told == ["Le foyer Lantier a été ajouté."]


def test_a_farmer_without_household_is_erased(instance: Instance) -> None:
    with instance.working() as unit:
        person_id = people.add_person(unit, None, ZOE).id
        people.archive_person(unit, person_id)
        assert erasing.erase(unit, person_id).full_name == "Personne effacée"


def test_erasing_twice_changes_nothing(instance: Instance) -> None:
    with instance.working() as unit:
        _home, person_id = gone(unit)
        erasing.erase(unit, person_id)
    with instance.working(now=unit.now + timedelta(days=1)) as unit:
        before = kept(unit)
        erasing.erase(unit, person_id)
        assert kept(unit) == before


def test_the_log_says_it_without_a_name(instance: Instance) -> None:
    with instance.working() as unit:
        _home, person_id = gone(unit)
        erasing.erase(unit, person_id)
        told = unit.all(select(LogEntry).where(LogEntry.kind == "PersonErased"))
    assert [(entry.subject, entry.sentence) for entry in told] == [
        (f"person:{person_id}", "Les données d’une personne ont été effacées.")
    ]


def test_mail_to_others_still_goes_out(instance: Instance) -> None:
    with instance.working() as unit:
        _home, person_id = gone(unit)
        for address in ("zoe@exemple.fr", "ana@exemple.fr"):
            mail.ask(unit, address, "Quelqu’un", "Bonjour", "Bonjour")
        erasing.erase(unit, person_id)
        assert [job.payload["to"] for job in unit.all(select(Job))] == ["ana@exemple.fr"]


def test_who_is_still_there_is_not_erased(instance: Instance) -> None:
    with instance.working() as unit:
        _home, person_id = a_home(unit)
        assert "encore dans l’AMAP" in refusal(lambda: erasing.erase(unit, person_id))


def test_running_contracts_and_debts_come_first(instance: Instance) -> None:
    with instance.working() as unit:
        home_id, zoe, _ana = a_home(unit, ZOE, ANA)
        people.archive_person(unit, zoe)
        contract = a_signed_contract(unit, an_offer(unit, name="Pain d’hiver"), unit.get(Household, home_id))
        told = refusal(lambda: erasing.erase(unit, zoe))
        assert "contrats en cours : Pain d’hiver" in told
        assert "doit encore 40,00" in told
        contract.state = ContractState.ENDED
        unit.session.flush()
        assert "contrats en cours" not in refusal(lambda: erasing.erase(unit, zoe))
        paid(unit, contract)
        erasing.erase(unit, zoe)


def test_a_plugin_that_cannot_be_asked_is_named_and_nothing_is_erased(instance: Instance) -> None:
    with instance.working() as unit:
        _home, person_id = gone(unit)
        unit.add(PluginState(name="membership", enabled=False, changed_at=unit.now))
        assert "« membership »" in refusal(lambda: erasing.erase(unit, person_id))
        assert unit.get(Person, person_id).erased_at is None


def test_nobody_is_not_found(instance: Instance) -> None:
    with instance.working() as unit:
        for act in (erasing.effects, erasing.obstacles, erasing.erase):
            with pytest.raises(NotFound):
                act(unit, 424_242)


def test_what_will_happen_is_said_before(instance: Instance) -> None:
    with instance.working() as unit:
        _home, zoe, ana = gone(unit, ZOE, ANA)
        told = " ".join(erasing.effects(unit, zoe))
        for words in ("Zoé Lantier", "Le foyer Lantier et ses autres personnes ne changent pas", "la loi", "définitif"):
            assert words in told
        erasing.erase(unit, zoe)
        assert "la dernière personne du foyer" in " ".join(erasing.effects(unit, ana))


def test_what_is_erased_does_not_come_back(instance: Instance) -> None:
    with instance.working() as unit:
        home_id, person_id = gone(unit)
        erasing.erase(unit, person_id)
        for act in (
            lambda: people.come_back(unit, home_id),
            lambda: people.restore_person(unit, person_id),
            lambda: people.change_person(unit, person_id, ContactData(email="zoe@exemple.fr")),
            lambda: people.change_household(unit, home_id, HOME),
        ):
            assert "effacées" in refusal(act)


def test_a_household_returns_without_those_who_are_erased(instance: Instance) -> None:
    with instance.working() as unit:
        home_id, zoe, _ana = gone(unit, ZOE, ANA)
        erasing.erase(unit, zoe)
        back = people.come_back(unit, home_id)
        assert [person.first_name for person in people.present(back)] == ["Ana"]
        assert "effacées" in refusal(lambda: people.restore_person(unit, zoe))


def test_her_address_serves_again(instance: Instance) -> None:
    with instance.working() as unit:
        _home, person_id = gone(unit)
        erasing.erase(unit, person_id)
        people.add_household(unit, HouseholdData(), [ZOE])


def imported(unit: Unit) -> int:
    batch_id = imports.upload(unit, FILE.encode(), "liste.csv").id
    imports.write(unit, batch_id)
    return batch_id


def test_an_import_keeps_nothing_of_her(instance: Instance) -> None:
    with instance.working() as unit:
        imported(unit)
        zoe = unit.one(select(Person).where(Person.first_name == "Zoé"))
        home_id, zoe_id = zoe.household_id or 0, zoe.id
        assert "zoe@exemple.fr" in kept(unit, "core_person", "core_log")
        people.leave(unit, home_id)
        erasing.erase(unit, zoe_id)
        assert [word for word in (*TRACES, "3 rue") if word in kept(unit, "core_log")] == []
        lines = unit.all(select(ImportChange).where(ImportChange.kind == "line").order_by(ImportChange.row))
        assert [line.after["who"] for line in lines] == ["Personne effacée", "Personne effacée", "Anne Bloch"]


def test_undoing_an_import_neither_brings_her_back_nor_stops_at_her(instance: Instance) -> None:
    with instance.working() as unit:
        batch_id = imported(unit)
        zoe = unit.one(select(Person).where(Person.first_name == "Zoé"))
        home_id, zoe_id = zoe.household_id or 0, zoe.id
        people.leave(unit, home_id)
        erasing.erase(unit, zoe_id)
        imports.undo(unit, batch_id)
    with instance.reading() as reader:
        assert [person.full_name for person in reader.all(select(Person))] == ["Personne effacée"]
        assert [home.name for home in reader.all(select(Household))] == ["Foyer effacé"]


def test_undoing_an_import_is_refused_while_her_household_goes_on(instance: Instance) -> None:
    with instance.working() as unit:
        batch_id = imported(unit)
        zoe = unit.one(select(Person).where(Person.first_name == "Zoé"))
        people.add_person(unit, zoe.household_id, ANA)
        people.archive_person(unit, zoe.id)
        erasing.erase(unit, zoe.id)
        assert "Lantier" in refusal(lambda: imports.undo(unit, batch_id))
        assert unit.get(Person, zoe.id).full_name == "Personne effacée"


def test_what_an_import_filled_in_is_not_emptied_again_on_her_sheet(instance: Instance) -> None:
    with instance.working() as unit:
        home_id, zoe_id = a_home(unit, PersonData(first_name="Zoé", last_name="Lantier", email="zoe@exemple.fr"))
        batch_id = imports.upload(
            unit, "Nom;Prénom;E-mail;Tél\nLantier;Zoé;zoe@exemple.fr;0612345678\n".encode(), "b.csv"
        ).id
        imports.write(unit, batch_id)
        people.leave(unit, home_id)
        erasing.erase(unit, zoe_id)
        imports.undo(unit, batch_id)
        assert (unit.get(Person, zoe_id).phone, unit.get(Person, zoe_id).search) == ("", "personne effacee")
