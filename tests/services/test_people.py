"""Households and persons: who may be added, changed, archived, and what leaving means."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select

from courtil.domain.problems import NotFound, Refused, Stale
from courtil.domain.states import ContractState
from courtil.services import directory, people, roles, signin
from courtil.services.directory import Segment
from courtil.services.instance import Instance
from courtil.services.people import ContactData, HouseholdData, PersonData
from courtil.services.unit import Unit
from courtil.store.operations import Job, LogEntry
from courtil.store.people import Household, Person
from courtil.store.signin import Session
from seeds import acting, bound, season_with_offer

HOSTILE = [
    "'; DROP TABLE core_person; --",
    "' OR 1=1 --",
    "%",
    "_",
    "<script>alert(1)</script>",
    "{{ config }}",
    "\\",
    "💥",
]
_numbers = itertools.count(1)


def zoe(**changes: object) -> PersonData:
    facts = {"first_name": "Zoé", "last_name": "Lantier", "email": f"zoe{next(_numbers)}@exemple.fr"}
    return PersonData.model_validate(facts | changes)


def home(unit: Unit, *persons: PersonData, **facts: object) -> Household:
    return people.add_household(unit, HouseholdData.model_validate(facts), persons or (zoe(),))


def refused(action: object) -> str:
    with pytest.raises(Refused) as caught:
        action()  # type: ignore[operator]
    return str(caught.value)


def test_a_household_takes_the_names_of_its_persons(instance: Instance) -> None:
    with instance.working() as unit:
        one = home(unit, zoe(), zoe(first_name="Ana"))
        two = home(unit, zoe(), zoe(last_name="Macquart"))
        three = home(unit, zoe(), zoe(last_name="Macquart"), zoe(last_name="Saccard"))
        named = home(unit, name="Les voisins")
    assert [one.name, two.name, three.name] == ["Lantier", "Lantier et Macquart", "Lantier, Macquart et Saccard"]
    assert named.name == "Les voisins"


def test_a_household_counts_at_least_one_person(instance: Instance) -> None:
    with instance.working() as unit:
        assert "au moins une personne" in refused(lambda: people.add_household(unit, HouseholdData(), ()))


def test_three_very_long_names_still_make_a_household(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit, *(zoe(last_name=letter * 200) for letter in "ABﬃ"))
    assert len(made.name) == 200


def test_persons_of_a_household_keep_their_order(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit, zoe(), zoe(first_name="Ana"))
        people.add_person(unit, made.id, zoe(first_name="Léo"))
    with instance.reading() as reader:
        assert [p.first_name for p in people.household(reader, made.id).persons] == ["Zoé", "Ana", "Léo"]


def test_an_address_belongs_to_one_person_and_the_refusal_stands_under_its_field(instance: Instance) -> None:
    with instance.working() as unit:
        home(unit, zoe(email="une@exemple.fr"))
        with pytest.raises(Refused) as caught:
            home(unit, zoe(email="UNE@Exemple.fr"))
    [problem] = caught.value.problems
    assert problem.field == "email"
    assert "Zoé" not in problem.message


def test_who_may_see_people_learns_who_has_the_address(instance: Instance) -> None:
    with instance.working(acting(instance, "people.read")) as unit:
        home(unit, zoe(email="une@exemple.fr"))
        assert refused(lambda: home(unit, zoe(email="une@exemple.fr"))) == "Zoé Lantier utilise déjà cette adresse."


def test_the_address_of_an_archived_person_stays_hers(instance: Instance) -> None:
    with instance.working(acting(instance, "people.read")) as unit:
        home(unit, zoe(), zoe(first_name="Ana", email="ana@exemple.fr"))
        people.archive_person(unit, _named(unit, "Ana").id)
        assert "archives" in refused(lambda: home(unit, zoe(email="ana@exemple.fr")))


def _named(unit: Unit, first_name: str) -> Person:
    return unit.one(select(Person).where(Person.first_name == first_name))


def test_two_people_who_change_the_same_sheet_do_not_overwrite_each_other(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit)
        opened = made.version
        people.change_household(unit, made.id, HouseholdData(name="Lantier", city="Lyon"), opened)
    with instance.working() as unit, pytest.raises(Stale):
        people.change_household(unit, made.id, HouseholdData(name="Lantier", city="Paris"), opened)
    with instance.working() as unit:
        person = _named(unit, "Zoé")
        before = person.version
        people.change_person(unit, person.id, zoe(phone="06 12 34 56 78"), before)
        with pytest.raises(Stale):
            people.change_person(unit, person.id, zoe(phone="06 00 00 00 00"), before)


def test_saving_without_a_change_writes_nothing_in_the_log(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit, name="Lantier", city="Lyon")
        people.change_household(unit, made.id, HouseholdData(name="Lantier", city="Lyon"), made.version)
        assert unit.all(select(LogEntry.kind).where(LogEntry.subject == f"household:{made.id}")) == ["HouseholdAdded"]


def test_the_log_names_the_fields_that_changed_and_not_their_values(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit, name="Lantier")
        people.change_household(unit, made.id, HouseholdData(name="Lantier", address="3 rue secrète"))
        [told] = unit.all(select(LogEntry.sentence).where(LogEntry.kind == "HouseholdChanged"))
    assert told == "La fiche du foyer Lantier a changé (Adresse)."


def test_the_old_address_is_told_of_the_new_one(instance: Instance) -> None:
    with instance.working() as unit:
        home(unit, zoe(email="avant@exemple.fr"))
        people.change_person(unit, _named(unit, "Zoé").id, ContactData(email="apres@exemple.fr"))
        [job] = unit.all(select(Job).where(Job.kind == "core.mail"))
    assert job.payload["to"] == "avant@exemple.fr"
    assert "apres@exemple.fr" not in job.payload["text"]


def test_only_who_gives_rights_changes_the_address_of_an_administrator(instance: Instance) -> None:
    with instance.working(acting(instance, "people.write", "people.read")) as unit:
        home(unit)
        boss = _named(unit, "Zoé")
        roles.grant(unit, boss, "administrator")
        assert "Seule l’administration" in refused(
            lambda: people.change_person(unit, boss.id, zoe(email="vol@exemple.fr"))
        )
    with instance.working(acting(instance, "settings.write")) as unit:
        people.change_person(unit, boss.id, zoe(email="neuf@exemple.fr"))
    with instance.working(acting(instance, "self.read", person_id=boss.id)) as unit:
        people.change_person(unit, boss.id, ContactData(email="moi@exemple.fr"))


def test_a_household_with_running_contracts_does_not_leave(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit)
        offer = season_with_offer(unit, name="Pain d’hiver")
        contract = bound(unit, offer, made, ContractState.ACTIVE)
        assert "Pain d’hiver" in refused(lambda: people.leave(unit, made.id))
        contract.state = ContractState.ENDED
        people.leave(unit, made.id)


@pytest.mark.parametrize("state", [ContractState.SIGNED_MEMBER, ContractState.SIGNED_FARM])
def test_a_signed_contract_holds_a_household(instance: Instance, state: ContractState) -> None:
    with instance.working() as unit:
        made = home(unit)
        bound(unit, season_with_offer(unit), made, state)
        refused(lambda: people.leave(unit, made.id))


def test_leaving_ends_the_sessions_and_coming_back_brings_the_same_persons(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit, zoe(), zoe(first_name="Ana"), zoe(first_name="Parti"))
        people.archive_person(unit, _named(unit, "Parti").id)
        token = signin.start_session(unit, _named(unit, "Zoé"))
    with instance.working() as unit:
        people.leave(unit, made.id)
        assert signin.actor_of(unit, token) is None
        assert unit.all(select(Session).where(Session.ended_at.is_(None))) == []
        assert unit.get(Household, made.id).left_on == unit.today
    with instance.working() as unit:
        back = people.come_back(unit, made.id)
        assert [p.first_name for p in people.present(back)] == ["Zoé", "Ana"]
        assert back.left_on is None


def test_leaving_twice_and_returning_twice_change_nothing_more(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit)
        for _again in range(2):
            people.leave(unit, made.id)
        for _again in range(2):
            people.come_back(unit, made.id)
        kinds = unit.all(select(LogEntry.kind).where(LogEntry.subject == f"household:{made.id}").order_by(LogEntry.id))
    assert kinds == ["HouseholdAdded", "HouseholdLeft", "HouseholdReturned"]


def test_nobody_joins_a_household_that_left(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit)
        people.leave(unit, made.id)
        assert "retour" in refused(lambda: people.add_person(unit, made.id, zoe()))
        assert "retour" in refused(lambda: people.restore_person(unit, _named(unit, "Zoé").id))


def test_the_last_person_of_a_household_is_not_archived_alone(instance: Instance) -> None:
    with instance.working() as unit:
        home(unit)
        assert "dernière personne" in refused(lambda: people.archive_person(unit, _named(unit, "Zoé").id))


def test_an_archived_person_is_signed_out_and_comes_back(instance: Instance) -> None:
    with instance.working() as unit:
        farmer = people.add_person(unit, None, zoe())
        token = signin.start_session(unit, farmer)
        people.archive_person(unit, farmer.id)
        assert signin.actor_of(unit, token) is None
        assert signin.person_with(unit, farmer.email or "") is None
        people.restore_person(unit, farmer.id)
        assert signin.person_with(unit, farmer.email or "") is not None
        assert signin.actor_of(unit, token) is None  # the session stays ended


def test_the_last_administrator_neither_leaves_nor_is_archived(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit, zoe(), zoe(first_name="Ana"))
        roles.grant(unit, _named(unit, "Zoé"), "administrator")
    with instance.working() as unit:
        with unit.session.begin_nested() as step:
            assert "administration" in refused(lambda: people.leave(unit, made.id))
            step.rollback()
        assert "administration" in refused(lambda: people.archive_person(unit, _named(unit, "Zoé").id))


def test_what_does_not_exist_is_not_found(instance: Instance) -> None:
    with instance.working() as unit:
        for call in (people.leave, people.come_back, people.archive_person, people.restore_person, people.household):
            with pytest.raises(NotFound):
                call(unit, 424242)  # type: ignore[operator]
        with pytest.raises(NotFound):
            people.add_person(unit, 424242, zoe())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_kept_as_text(instance: Instance, text: str) -> None:
    with instance.working() as unit:
        made = home(unit, zoe(last_name=text), name=text, note=text)
    with instance.reading() as reader:
        kept = people.household(reader, made.id)
        assert (kept.name, kept.note, kept.persons[0].last_name) == (text, text, text)


def test_control_characters_and_reversed_text_are_taken_out() -> None:
    assert zoe(last_name="Lan\x00tier\u202e").last_name == "Lantier"
    assert HouseholdData(note="a\x00b").note == "ab"


@pytest.mark.parametrize("field", ["first_name", "last_name", "email", "phone", "other_email", "other_phone"])
def test_ten_thousand_characters_are_refused(field: str) -> None:
    with pytest.raises(ValidationError):
        zoe(**{field: "a" * 10_000})


def test_a_form_cannot_set_what_it_does_not_show() -> None:
    data = PersonData.model_validate({"last_name": "Lantier", "is_admin": 1, "password_hash": "x", "household_id": 3})
    assert set(data.model_dump()) == set(PersonData.model_fields)
    assert not {"is_admin", "password_hash", "household_id", "archived_at", "id"} & set(PersonData.model_fields)


def found(instance: Instance, text: str, segment: Segment = Segment.PRESENT) -> list[str]:
    with instance.reading() as reader:
        return [person.first_name for person in directory.find(reader, text, segment=segment).persons]


def test_a_search_ignores_accents_case_and_the_order_of_words(instance: Instance) -> None:
    with instance.working() as unit:
        home(unit, zoe(first_name="Hélène", last_name="Œuvrard"), name="Jardin du Près")
        home(unit, zoe(first_name="Ana", last_name="Martin"))
    for text in ("helene", "OEUVRARD hélène", "œuv", "pres jardin", "  Hél   "):
        assert found(instance, text) == ["Hélène"], text
    assert found(instance, "helene martin") == []


def test_a_phone_is_found_as_people_type_it(instance: Instance) -> None:
    with instance.working() as unit:
        home(unit, zoe(phone="06 12 34 56 78"))
    for text in ("0612345678", "06 12 34 56 78", "06.12.34.56.78", "+33 6 12 34 56 78", "345678"):
        assert found(instance, text) == ["Zoé"], text


@pytest.mark.parametrize("text", [*HOSTILE, "\x00", "\u202e", "a" * 10_000])
def test_signs_with_a_meaning_for_the_database_find_nothing(instance: Instance, text: str) -> None:
    with instance.working() as unit:
        home(unit)
    assert found(instance, text) == []


def test_segments_split_those_present_without_contract_and_gone(instance: Instance) -> None:
    with instance.working() as unit:
        busy, _free, gone = (
            home(unit, zoe(first_name="Ana")),
            home(unit, zoe(first_name="Bob")),
            home(unit, zoe(first_name="Cléo")),
        )
        people.add_person(unit, None, zoe(first_name="Paysanne", last_name="Zola"))
        bound(unit, season_with_offer(unit), busy, ContractState.ACTIVE)
        people.leave(unit, gone.id)
    assert found(instance, "") == ["Ana", "Bob", "Paysanne"]
    assert found(instance, "", Segment.WITHOUT_CONTRACT) == ["Bob"]
    assert found(instance, "", Segment.LEFT) == ["Cléo"]


def test_a_contract_of_last_season_does_not_count(instance: Instance) -> None:
    with instance.working(now=datetime(2026, 11, 23, tzinfo=UTC)) as unit:
        made = home(unit, zoe(first_name="Ana"))
        bound(unit, season_with_offer(unit, year=2024), made, ContractState.ENDED)
    assert found(instance, "", Segment.WITHOUT_CONTRACT) == ["Ana"]


def test_a_list_shows_fifty_a_page_and_keeps_families_together(instance: Instance) -> None:
    with instance.working() as unit:
        for number in range(30):
            home(unit, zoe(last_name=f"Nom{number:02}"), zoe(first_name="Ana", last_name=f"Nom{number:02}"))
    with instance.reading() as reader:
        first, second = directory.find(reader), directory.find(reader, page=2)
    assert (first.total, first.pages, len(first.persons), len(second.persons)) == (60, 2, 50, 10)
    assert [p.last_name for p in (*first.persons, *second.persons)] == [f"Nom{n // 2:02}" for n in range(60)]


def test_members_do_not_find_somebody_by_contacts_she_keeps_to_herself(instance: Instance) -> None:
    with instance.working() as unit:
        home(unit, zoe(first_name="Ana", email="secrete@exemple.fr", phone="0611111111"))
        home(unit, zoe(first_name="Bob", email="ouvert@exemple.fr", shares_contact=True))
        people.add_person(unit, None, zoe(first_name="Paysanne"))
    with instance.reading() as reader:

        def names(text: str) -> list[str]:
            return [person.first_name for person in directory.shared(reader, text).persons]

        assert names("") == ["Ana", "Bob"]
        assert names("secrete@exemple.fr") == names("0611111111") == []
        assert names("ouvert@exemple.fr") == ["Bob"]
        assert names("lantier") == ["Ana", "Bob"]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_a_household_name_fits_its_column_and_repeats_nobody(names: list[str]) -> None:
    made = people.household_name(names)
    assert len(made) <= 200
    assert bool(made) == any(names)
