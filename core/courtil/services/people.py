"""Households and persons: adding, changing, leaving and coming back."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from courtil.domain import events
from courtil.domain.fields import FormModel, Line, MaybeDay, MaybeEmail, Phone, Required, Text, search_key
from courtil.domain.problems import Problem, Refused
from courtil.domain.states import ContractState
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.services import mail, roles, signin
from courtil.services.changes import put
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Household, Person

RUNNING = (ContractState.SIGNED_MEMBER, ContractState.SIGNED_FARM, ContractState.ACTIVE)


class HouseholdData(FormModel):
    """What one fills in about a household."""

    name: Line = Field("", title=N_("Nom du foyer"), description=N_("Laissez vide : ce sera le nom des personnes."))
    address: Line = Field("", title=N_("Adresse"))
    postal_code: Line = Field("", title=N_("Code postal"), max_length=10, json_schema_extra={"inputmode": "numeric"})
    city: Line = Field("", title=N_("Commune"))
    joined_on: MaybeDay = Field(None, title=N_("Dans l’AMAP depuis"))
    note: Text = Field(
        "", title=N_("Note de la coordination"), json_schema_extra={"widget": "textarea"},
        description=N_("Le foyer peut la lire dans « Mes données » : n’y notez que des faits."),
    )  # fmt: skip


class NameData(FormModel):
    """What a person is called."""

    first_name: Line = Field("", title=N_("Prénom"))
    last_name: Required = Field(title=N_("Nom"))


class ContactData(FormModel):
    """How to reach a person, which she changes herself."""

    email: MaybeEmail = Field(
        None, title=N_("Adresse e-mail"), description=N_("Elle sert à se connecter. Chaque personne a la sienne.")
    )
    phone: Phone = Field("", title=N_("Téléphone"))
    other_email: MaybeEmail = Field(None, title=N_("Autre adresse e-mail"))
    other_phone: Phone = Field("", title=N_("Autre téléphone"))
    shares_contact: bool = Field(
        default=False, title=N_("Montrer ces coordonnées aux autres membres"),
        description=N_("Sans cet accord, seules la coordination et la personne les voient."),
    )  # fmt: skip


class PersonData(ContactData, NameData):
    """What one fills in about a person: her names, then how to reach her."""


def household_name(last_names: Sequence[str]) -> str:
    """The name of a household after its persons: `Lantier et Macquart`, each name once."""
    names = list(dict.fromkeys(name for name in last_names if name))
    joined = N_(" et ").join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
    return joined[:200]


def household(reader: Reader, household_id: int) -> Household:
    """The household with its persons, archived ones too. Raises NotFound."""
    return reader.one(select(Household).where(Household.id == household_id).options(selectinload(Household.persons)))


def present(home: Household) -> list[Person]:
    """The persons of a loaded household who are still in it."""
    return [person for person in home.persons if person.archived_at is None]


def is_erased(persons: Sequence[Person]) -> bool:
    """Whether the data of these persons, of whom there is at least one, are all erased."""
    return bool(persons) and all(person.erased_at is not None for person in persons)


def add_household(unit: Unit, data: HouseholdData, persons: Sequence[PersonData]) -> Household:
    """Add a household with its persons; without a name it takes theirs. Raises Refused on an address already used."""
    if not persons:
        raise Refused(Problem(_("Un foyer compte au moins une personne."), "last_name"))
    name = data.name or household_name([person.last_name for person in persons])
    values = data.model_dump() | {"name": name, "search": _folded(name)}
    home = unit.add(Household(**values))
    for position, person in enumerate(persons):
        _insert(unit, person, home.id, position)
    unit.record(events.HouseholdAdded(household_id=home.id, name=home.name))
    return home


def change_household(unit: Unit, household_id: int, data: HouseholdData, version: int | None = None) -> Household:
    """Change the household's sheet. Raises Stale when somebody changed it since `version`."""
    home = household(unit, household_id)
    _not_erased(home.persons)
    unit.unchanged_since(home, version)
    name = data.name or household_name([person.last_name for person in present(home)]) or home.name
    what = put(home, data.model_dump() | {"name": name}, HouseholdData)
    if what:
        home.search = _folded(name)
        unit.record(events.HouseholdChanged(household_id=home.id, name=home.name, what=what))
    return home


def add_person(unit: Unit, household_id: int | None, data: PersonData) -> Person:
    """Add a person to a household; without one she is a farmer. Raises Refused on an address already used."""
    position = 0
    if household_id is not None:
        _here(unit.get(Household, household_id))
        last = select(func.max(Person.position)).where(Person.household_id == household_id)
        position = (unit.session.scalar(last) or 0) + 1
    person = _insert(unit, data, household_id, position)
    unit.record(events.PersonAdded(person_id=person.id, name=person.full_name))
    return person


def change_person(unit: Unit, person_id: int, data: ContactData, version: int | None = None) -> Person:
    """Change a person's sheet or only her contacts; the old address is told of a new one. Raises Stale, Refused."""
    person = unit.get(Person, person_id)
    _not_erased([person])
    unit.unchanged_since(person, version)
    before = person.email
    if data.email != before:
        _may_change_address(unit, person)
        _check_address(unit, data.email, person.id)
    what = put(person, data.model_dump(), type(data))
    if what:
        person.search = _person_key(person)
        _flush_address(unit, data.email)
        unit.record(events.PersonChanged(person_id=person.id, name=person.full_name, what=what))
    if before and before != person.email:
        _tell_old_address(unit, person, before)
    return person


def archive_person(unit: Unit, person_id: int) -> Person:
    """Take a person out of the lists, signed out. Raises Refused for the last of a household or administration."""
    person = unit.locked(Person, person_id)
    if person.archived_at is not None:
        return person
    if person.household_id is not None and present(household(unit, person.household_id)) == [person]:
        raise Refused(_("C’est la dernière personne du foyer. Faites plutôt partir le foyer."))
    _archive(unit, [person])
    unit.record(events.PersonArchived(person_id=person.id, name=person.full_name))
    return person


def restore_person(unit: Unit, person_id: int) -> Person:
    """Bring an archived person back. Raises Refused while her household is away, or once her data are erased."""
    person = unit.locked(Person, person_id)
    _not_erased([person])
    if person.household_id is not None:
        _here(unit.get(Household, person.household_id))
    if person.archived_at is not None:
        person.archived_at = None
        unit.record(events.PersonRestored(person_id=person.id, name=person.full_name))
    return person


def running_contracts(reader: Reader, household_id: int) -> list[str]:
    """The names of the contracts that bind this household now."""
    query = (
        select(Offer.name)
        .join(Contract, Contract.offer_id == Offer.id)
        .where(Contract.household_id == household_id, Contract.state.in_(RUNNING))
        .order_by(Offer.name)
    )
    return list(reader.all(query))


def leave(unit: Unit, household_id: int) -> Household:
    """The household leaves: out of the lists, its persons signed out. Raises Refused while contracts run."""
    unit.locked(Household, household_id)
    home = household(unit, household_id)
    if home.archived_at is not None:
        return home
    running = running_contracts(unit, household_id)
    if running:
        raise Refused(_("Ce foyer a des contrats en cours : %(names)s. Résiliez-les ou attendez leur fin.")
                      % {"names": ", ".join(running)})  # fmt: skip
    _archive(unit, present(home))
    home.left_on, home.archived_at = unit.today, unit.now
    unit.record(events.HouseholdLeft(household_id=home.id, name=home.name))
    return home


def come_back(unit: Unit, household_id: int) -> Household:
    """The household returns with the persons who left together; those archived before or erased since stay so.

    Raises Refused when they are all erased.
    """
    unit.locked(Household, household_id)
    home = household(unit, household_id)
    _not_erased(home.persons)
    if home.archived_at is None:
        return home
    for person in home.persons:
        if person.archived_at == home.archived_at and person.erased_at is None:
            person.archived_at = None
    home.left_on, home.archived_at = None, None
    unit.record(events.HouseholdReturned(household_id=home.id, name=home.name))
    return home


def index(row: Household | Person) -> None:
    """Fill the search column of a row not written by the functions above: an import writes hundreds at once."""
    row.search = _person_key(row) if isinstance(row, Person) else _folded(row.name)


def _not_erased(persons: Sequence[Person]) -> None:
    if is_erased(persons):
        raise Refused(_("Ces données ont été effacées, elles ne reviennent pas. Ajoutez plutôt une nouvelle fiche."))


def _here(home: Household) -> None:
    if home.archived_at is not None:
        raise Refused(_("Ce foyer a quitté l’AMAP. Notez d’abord son retour."))


def _archive(unit: Unit, persons: Sequence[Person]) -> None:
    """Archive them at the same moment and end their sessions; somebody must remain to administer the AMAP."""
    held = {person.id for person in roles.administrators(unit)}
    for person in persons:
        person.archived_at = unit.now
        signin.end_sessions(unit, person.id)
    unit.session.flush()
    if held and not roles.administrators(unit):
        raise Refused(_("Il faut au moins une personne pour l’administration. Nommez d’abord quelqu’un d’autre."))


def _insert(unit: Unit, data: PersonData, household_id: int | None, position: int) -> Person:
    _check_address(unit, data.email)
    person = Person(**data.model_dump(), household_id=household_id, position=position, search="")
    person.search = _person_key(person)
    unit.session.add(person)
    _flush_address(unit, data.email)
    return person


def _flush_address(unit: Unit, email: str | None) -> None:
    """Write now: between the check and here somebody may have taken the address."""
    try:
        unit.session.flush()
    except IntegrityError as error:
        if email is None:
            raise
        raise Refused(Problem(_("Cette adresse sert déjà à quelqu’un d’autre."), "email")) from error


def _check_address(unit: Unit, email: str | None, person_id: int | None = None) -> None:
    query = select(Person).where(Person.email == email, Person.id.is_distinct_from(person_id))
    other = unit.session.scalars(query).one_or_none() if email else None
    if other is None:
        return
    if unit.actor is None or not unit.actor.can("people.read"):
        raise Refused(Problem(_("Cette adresse sert déjà à quelqu’un d’autre."), "email"))
    message = _("%(name)s utilise déjà cette adresse.")
    if other.archived_at is not None:
        message = _("%(name)s, dans les archives, utilise déjà cette adresse. Rouvrez plutôt sa fiche.")
    raise Refused(Problem(message % {"name": other.full_name}, "email"))


def _may_change_address(unit: Unit, person: Person) -> None:
    """The address opens the account: only who may give rights changes the address of somebody who may give rights."""
    actor = unit.actor
    if actor is None or actor.person_id == person.id or actor.can("settings.write"):
        return
    if any("settings.write" in grant.role.permissions for grant in roles.grants_of(unit, person.id)):
        raise Refused(Problem(_("Seule l’administration peut changer cette adresse."), "email"))


@spoken(FRENCH)
def _tell_old_address(unit: Unit, person: Person, before: str) -> None:
    text = _(
        "Bonjour %(name)s,\n\nL’adresse qui sert à vous connecter vient de changer. "
        "Celle-ci ne servira plus.\n\nCe n’est pas vous ? Prévenez votre AMAP sans attendre."
    )
    subject = _("Votre adresse de connexion a changé")
    mail.ask(unit, before, person.full_name, subject, text % {"name": person.first_name or person.last_name})


def _folded(name: str) -> str:
    return search_key(name)[:200]


def _person_key(person: Any) -> str:
    """Last name first, so that lists sort by it; phones as people type them."""
    phones = [number.replace("+33", "0") for number in (person.phone, person.other_phone) if number]
    return search_key(person.last_name, person.first_name, person.email or "", *phones, person.other_email or "")
