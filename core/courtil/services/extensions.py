"""Models that plugins attach to households, persons, farms, offers, contracts and deliveries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, select

from courtil.domain.dates import clock, long_day
from courtil.domain.problems import Stale
from courtil.domain.states import LABELS
from courtil.domain.words import _
from courtil.plugin.hooks import Hooks
from courtil.plugin.payloads import Extension, ListColumn, PersonalRecord, Unit
from courtil.plugin.payloads import Reader as PluginReader
from courtil.services.unit import Reader
from courtil.store.extensions import ExtensionValue
from courtil.store.people import Person


@dataclass(frozen=True)
class Attached:
    """An extension with the plugin that declares it."""

    plugin: str
    extension: Extension

    @property
    def key(self) -> str:
        """`plugin.name`: what the names of its inputs and of its columns begin with."""
        return f"{self.plugin}.{self.extension.name}"


@dataclass(frozen=True)
class Held:
    """The values of an extension for one subject; the defaults, at version 0, when none were kept."""

    attached: Attached
    value: BaseModel
    version: int = 0

    def told(self) -> list[tuple[str, str]]:
        """Titles and values of the fields that were filled in."""
        model = type(self.value)
        empty = model()
        filled = [name for name in model.model_fields if getattr(self.value, name) != getattr(empty, name)]
        return [(_(model.model_fields[name].title or name), in_words(getattr(self.value, name))) for name in filled]


def attached(reader: Reader, subject: str, *, writing: bool = False) -> list[Attached]:
    """The extensions of a subject that the actor may read (or write)."""
    found = [Attached(plugin, one) for plugin, one in reader.hooks.declarations.extensions if one.on == subject]
    return [one for one in found if _may(reader, one.extension.writes if writing else one.extension.reads)]


def _may(reader: Reader, permission: str) -> bool:
    return not permission or (reader.actor is not None and reader.actor.can_somewhere(permission))


def held(reader: Reader, subject: str, ids: Sequence[int], *, writing: bool = False) -> dict[int, list[Held]]:
    """What is kept for each of these subjects, in one query; none at all when nothing is attached."""
    asked = attached(reader, subject, writing=writing)
    if not asked or not ids:
        return {}
    rows = _rows(reader, subject, ids)
    return {key: [_held(one, rows.get((key, one.plugin, one.extension.name))) for one in asked] for key in ids}


def _rows(reader: PluginReader, subject: str, ids: Sequence[int]) -> dict[tuple[int, str, str], ExtensionValue]:
    wanted = (ExtensionValue.subject == subject, ExtensionValue.subject_id.in_(ids))
    return {(row.subject_id, row.owner, row.name): row for row in reader.all(select(ExtensionValue).where(*wanted))}


def _held(one: Attached, row: ExtensionValue | None) -> Held:
    """The kept values; the defaults where a newer model refuses them."""
    model = one.extension.model
    if row is None:
        return Held(one, model())
    try:
        return Held(one, model.model_validate(row.value), row.version)
    except ValidationError:
        return Held(one, model(), row.version)


def write(
    unit: Unit, one: Attached, subject_id: int, value: BaseModel, version: int | None = None
) -> ExtensionValue | None:
    """Keep the values; nothing when they are the defaults. Raises Stale when they were changed since `version`."""
    row = _rows(unit, one.extension.on, [subject_id]).get((subject_id, one.plugin, one.extension.name))
    if version is not None and version != (row.version if row else 0):
        raise Stale
    if row is None and value == type(value)():
        return None
    if row is None:
        whose = {"owner": one.plugin, "name": one.extension.name, "subject": one.extension.on}
        row = ExtensionValue(**whose, subject_id=subject_id)
        unit.session.add(row)
    row.value = value.model_dump(mode="json")
    unit.session.flush()
    return row


def columns(reader: Reader, subject: str) -> list[tuple[str, ListColumn]]:
    """A column for each field of each extension, with its plugin: for exports, where there is room."""
    return [
        (one.plugin, ListColumn(on=one.extension.on, label=_(info.title or name), values=_reading(one, name)))
        for one in attached(reader, subject)
        for name, info in one.extension.model.model_fields.items()
    ]


def _reading(one: Attached, field: str) -> Any:
    def values(reader: Reader, ids: Sequence[int]) -> Mapping[int, str]:
        rows = _rows(reader, one.extension.on, ids)
        found = {key: _held(one, rows.get((key, one.plugin, one.extension.name))) for key in ids}
        return {key: in_words(getattr(kept.value, field)) for key, kept in found.items()}

    return values


def personal_records(reader: Reader, hooks: Hooks, person: Person) -> Iterator[tuple[str, PersonalRecord]]:
    """What extensions keep about a person and her household, of every plugin that has or had a place here.

    Under the titles of its fields when a plugin of `hooks` still declares it, else under their names.
    """
    known = {(plugin, str(one.on), one.name): one for plugin, one in hooks.declarations.extensions}
    for subject, key in (("person", person.id), ("household", person.household_id)):
        for row in _rows(reader, subject, [key]).values() if key is not None else ():
            found = known.get((row.owner, subject, row.name))
            fields = found.model.model_fields if found else {}
            titles = {name: _(info.title or name) for name, info in fields.items()}
            values = {titles.get(name, name): _plain(value) for name, value in row.value.items()}
            yield row.owner, PersonalRecord(title=_(found.title) if found else row.name, values=values)


def erase(unit: Unit, subject: str, subject_id: int) -> None:
    """Forget what every extension keeps of it, whether its plugin is on or off."""
    unit.execute(
        delete(ExtensionValue).where(ExtensionValue.subject == subject, ExtensionValue.subject_id == subject_id)
    )


def in_words(value: Any) -> str:
    """A value as people read it; nothing for what is not filled in."""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, Enum):
        return _(LABELS.get(type(value), {}).get(value, str(value.value)))  # type: ignore[call-overload]
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value)
    if isinstance(value, date):
        return long_day(value)
    if isinstance(value, time):
        return clock(value)
    return "" if value is None else str(value)


def _plain(value: Any) -> str | int | bool | None:
    return value if isinstance(value, str | int | bool) or value is None else in_words(value)
