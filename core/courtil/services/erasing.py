"""Erasing a person who has left: what it will do, what stands against it, and doing it for good."""

from sqlalchemy import delete, select

from courtil.domain.events import PersonErased
from courtil.domain.money import format_euros
from courtil.domain.problems import Refused
from courtil.domain.words import N_, _
from courtil.services import extensions, mail, people, signin
from courtil.services.imports.forgetting import ERASED, forget_person
from courtil.services.payments.ledger import sums_of
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.people import Household, Person, RoleGrant

ERASED_HOME = N_("Foyer effacé")


def effects(reader: Reader, person_id: int) -> list[str]:
    """What erasing her will do, and what stays, in sentences. Raises NotFound."""
    person = reader.get(Person, person_id)
    words = {"name": person.full_name}
    return [
        _("Sont effacés : le nom, les adresses e-mail, les téléphones et le mot de passe de %(name)s.") % words,
        _("Ses rôles, ses appareils connectés et les messages qui l’attendent disparaissent."),
        *_of_her_household(reader, person),
        *_of_plugins(reader),
        _("Ses contrats, leurs signatures, les paiements et les comptes restent : la loi demande de les garder. "
          "Son nom y figure."),
        _("Le journal reste aussi : il dit qui a fait quoi."),
        _("Les sauvegardes déjà faites gardent ses données tant qu’elles existent."),
        _("C’est définitif : personne ne pourra revenir en arrière."),
    ]  # fmt: skip


def _of_her_household(reader: Reader, person: Person) -> list[str]:
    if person.household_id is None:
        return []
    home = people.household(reader, person.household_id)
    if _is_last(home, person):
        return [_("C’est la dernière personne du foyer : le nom, l’adresse et la note du foyer s’effacent aussi.")]
    return [_("Le foyer %(name)s et ses autres personnes ne changent pas.") % {"name": home.name}]


def _of_plugins(reader: Reader) -> list[str]:
    hooks, _out = reader.everybody()
    names = ", ".join(_(label) for label in hooks.labels.values())
    said = _("Les greffons effacent ce qu’ils gardent sur cette personne : %(names)s.")
    return [said % {"names": names}] if names else []


def obstacles(reader: Reader, person_id: int) -> list[str]:
    """Why she cannot be erased now, each with what to do; nothing when she can. Raises NotFound."""
    person = reader.get(Person, person_id)
    here = _("Cette personne est encore dans l’AMAP. Archivez d’abord sa fiche ou notez le départ du foyer.")
    silent = _(
        "Le greffon « %(name)s » ne répond pas, ses données resteraient. Faites-le d’abord réparer ou réinstaller."
    )
    _hooks, out = reader.everybody()
    return [
        *([here] if person.archived_at is None else []),
        *(_of_contracts(reader, person.household_id) if person.household_id is not None else []),
        *(silent % {"name": name} for name in out),
    ]


def _of_contracts(reader: Reader, household_id: int) -> list[str]:
    told = []
    if running := people.running_contracts(reader, household_id):
        names = ", ".join(running)
        told.append(
            _("Son foyer a des contrats en cours : %(names)s. Résiliez-les ou attendez leur fin.") % {"names": names}
        )
    sums = sums_of(reader, select(Contract.id).where(Contract.household_id == household_id))
    if owed := sum(max(one.owed, 0) for one in sums.values()):
        told.append(_("Son foyer doit encore %(sum)s. Notez d’abord ses paiements.") % {"sum": format_euros(owed)})
    return told


def erase(unit: Unit, person_id: int) -> Person:
    """Blank her, and her household when nobody of it is left; contracts, books and log stay. Twice changes nothing.

    Raises NotFound, or Refused with all that stands against it.
    """
    home_id = unit.get(Person, person_id).household_id
    if home_id is not None:
        unit.locked(Household, home_id)
    person = unit.locked(Person, person_id)
    if person.erased_at is not None:
        return person
    if against := obstacles(unit, person_id):
        raise Refused(*against)
    home = people.household(unit, home_id) if home_id is not None else None
    goes = home if home and _is_last(home, person) else None
    _forget(unit, person, goes)
    unit.session.flush()
    hooks, _out = unit.everybody()
    unit.record(PersonErased(person_id=person.id), hooks)
    return person


def _is_last(home: Household, person: Person) -> bool:
    """Whether all the others of a loaded household are erased."""
    return all(other.erased_at is not None for other in home.persons if other.id != person.id)


def _forget(unit: Unit, person: Person, home: Household | None) -> None:
    forget_person(unit, person, household=home is not None)
    if person.email:
        mail.forget(unit, person.email)
    signin.forget(unit, person)
    extensions.erase(unit, "person", person.id)
    unit.execute(delete(RoleGrant).where(RoleGrant.person_id == person.id))
    person.first_name, person.last_name, person.erased_at = "", ERASED, unit.now
    person.email = person.other_email = person.password_hash = None
    person.phone = person.other_phone = ""
    person.shares_contact = False
    people.index(person)
    if home is not None:
        home.name, home.address, home.postal_code, home.city, home.note = ERASED_HOME, "", "", "", ""
        people.index(home)
        extensions.erase(unit, "household", home.id)
