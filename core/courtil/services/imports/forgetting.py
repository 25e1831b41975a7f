"""What past imports keep of somebody goes with her: undoing one brings nothing back, reports name her no more."""

from collections.abc import Iterator

from sqlalchemy import delete, select

from courtil.domain.fields import search_key
from courtil.domain.words import N_
from courtil.services.imports.batches import LINE
from courtil.services.imports.writing import EXTENSION, HOUSEHOLD, PERSON
from courtil.services.unit import Unit
from courtil.store.extensions import ExtensionValue
from courtil.store.imports import ImportChange
from courtil.store.people import Person

ERASED = N_("Personne effacée")


def forget_person(unit: Unit, person: Person, *, household: bool) -> None:
    """Drop what imports wrote of her, of her household too if asked, and blank the lines of reports that name her.

    To be called while the row still holds her values.
    """
    _drop(unit, PERSON, person.id)
    if household and person.household_id is not None:
        _drop(unit, HOUSEHOLD, person.household_id)
    for subject, key in (("person", person.id), ("household", person.household_id if household else None)):
        _drop_attached(unit, subject, key)
    words = list(_words(person))
    for change in unit.all(select(ImportChange).where(ImportChange.kind == LINE)):
        if change.object_id == person.household_id or _names(change, words):
            change.after = change.after | {"who": ERASED, "filled": [], "remarks": []}


def _drop(unit: Unit, kind: str, key: int) -> None:
    unit.execute(delete(ImportChange).where(ImportChange.kind == kind, ImportChange.object_id == key))


def _drop_attached(unit: Unit, subject: str, key: int | None) -> None:
    """What imports wrote into models that plugins attach to her."""
    mine = select(ExtensionValue.id).where(ExtensionValue.subject == subject, ExtensionValue.subject_id == key)
    unit.execute(delete(ImportChange).where(ImportChange.kind == EXTENSION, ImportChange.object_id.in_(mine)))


def _words(person: Person) -> Iterator[str]:
    """Her name in both orders, when it is whole, and how to reach her."""
    if person.first_name and person.last_name:
        yield search_key(person.first_name, person.last_name)
        yield search_key(person.last_name, person.first_name)
    for contact in (person.email, person.other_email, person.phone, person.other_phone):
        if contact:
            yield search_key(contact)


def _names(change: ImportChange, words: list[str]) -> bool:
    told = [search_key(text) for text in (change.after["who"], *change.after["filled"], *change.after["remarks"])]
    return any(word in text for word in words for text in told)
