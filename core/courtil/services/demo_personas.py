"""Persons whom a demonstration instance lets anybody be, one per role."""

from dataclasses import dataclass

from sqlalchemy import select

from courtil.domain.problems import NotFound
from courtil.domain.words import N_
from courtil.services.unit import Reader
from courtil.store.people import Person

DOMAIN = "demo.example"

PERSONAS = (
    ("amapienne", N_("Amapienne"), N_("Elle choisit ses paniers et signe ses contrats.")),
    ("permanence", N_("Bénévole de permanence"), N_("Il imprime la feuille du soir.")),
    ("referente", N_("Référente légumes"), N_("Elle prépare le contrat de sa ferme.")),
    ("tresorier", N_("Trésorier"), N_("Il note les chèques et les remet aux fermes.")),
    ("coordinatrice", N_("Coordinatrice"), N_("Elle a tous les droits.")),
    ("paysanne", N_("Paysanne"), N_("Elle voit ce qu’il faut récolter pour jeudi.")),
)


@dataclass(frozen=True)
class Persona:
    """One button of the sign-in page of a demonstration."""

    code: str
    label: str
    says: str
    name: str


def address(code: str) -> str:
    """The e-mail address of a persona."""
    return f"{code}@{DOMAIN}"


def all_of(reader: Reader) -> list[Persona]:
    """The personas that exist here."""
    query = select(Person).where(Person.email.in_([address(code) for code, _l, _s in PERSONAS]))
    names = {person.email: person.full_name for person in reader.all(query)}
    return [
        Persona(code, label, says, names[address(code)]) for code, label, says in PERSONAS if address(code) in names
    ]


def person(reader: Reader, code: str) -> Person:
    """The person of this persona. Raises NotFound."""
    if code not in {known for known, _l, _s in PERSONAS}:
        raise NotFound(code)
    return reader.one(select(Person).where(Person.email == address(code)))
