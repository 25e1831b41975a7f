"""Columns of a file that fill in what plugins attach to households and persons."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from courtil.domain.words import _
from courtil.imports.keys import key
from courtil.services import extensions
from courtil.services.extensions import Attached
from courtil.services.imports.homes import Home, Human
from courtil.services.unit import Reader, Unit
from courtil.store.extensions import ExtensionValue

YES, NO = frozenset({"oui", "x", "vrai", "1"}), frozenset({"non", "faux", "0"})


@dataclass(frozen=True)
class Target:
    """A field of an extension that a column fills in."""

    attached: Attached
    field: str

    @property
    def label(self) -> str:
        """The field's title."""
        return _(self.attached.extension.model.model_fields[self.field].title or self.field)

    def read(self, told: str) -> Any:
        """The value of a cell. Raises ValueError for one that the field does not take."""
        model = self.attached.extension.model
        is_choice = model.model_fields[self.field].annotation is bool
        word = key(told) in YES if is_choice and key(told) in YES | NO else told
        try:
            return getattr(model.model_validate({self.field: word}), self.field)
        except ValidationError as error:
            raise ValueError(told) from error


class Attachments:
    """What may be filled in, by heading, and what is there already."""

    def __init__(self, reader: Reader) -> None:
        self.targets = {key(target.label): target for target in _targets(reader)}
        self._kept: dict[tuple[str, int, str], dict[str, Any]] = {}
        if self.targets:
            wanted = ExtensionValue.subject.in_(("household", "person"))
            for row in reader.all(select(ExtensionValue).where(wanted)):
                self._kept[row.subject, row.subject_id, f"{row.owner}.{row.name}"] = row.value

    def there(self, target: Target, owner: Home | Human) -> Any:
        """The value that is there or that an earlier row gave; None when nothing was filled in."""
        subject, model = target.attached.extension.on, target.attached.extension.model
        kept = self._kept.get((subject, owner.id or 0, target.attached.key), {})
        found = owner.attached.get(target, kept.get(target.field))
        return None if found == getattr(model(), target.field) else found


def _targets(reader: Reader) -> Iterator[Target]:
    for subject in ("household", "person"):
        for attached in extensions.attached(reader, subject, writing=True):
            yield from (Target(attached, field) for field in attached.extension.model.model_fields)


def attach(unit: Unit, homes: Iterable[Home]) -> list[tuple[ExtensionValue, dict[str, Any]]]:
    """Write what the file fills in of these households and their persons, once they have their keys.

    The rows that were written, each with what it held before: nothing for one that was made.
    """
    written = []
    for home in homes:
        owners: list[tuple[int | None, Home | Human]] = [(home.id, home), *((one.key_now, one) for one in home.persons)]
        for subject_id, owner in owners:
            assert subject_id is not None or not owner.attached
            written += [_write(unit, one, subject_id or 0, told) for one, told in _by_extension(owner.attached).items()]
    return [pair for pair in written if pair is not None]


def _by_extension(told: Mapping[Any, Any]) -> dict[Attached, dict[str, Any]]:
    found: dict[Attached, dict[str, Any]] = {}
    for target, value in told.items():
        found.setdefault(target.attached, {})[target.field] = value
    return found


def _write(
    unit: Unit, attached: Attached, subject_id: int, told: dict[str, Any]
) -> tuple[ExtensionValue, dict[str, Any]] | None:
    subject = attached.extension.on
    [held] = [one for one in extensions.held(unit, subject, [subject_id])[subject_id] if one.attached == attached]
    before = {"value": held.value.model_dump(mode="json")} if held.version else {}
    row = extensions.write(unit, attached, subject_id, held.value.model_copy(update=told))
    return None if row is None else (row, before)
