"""Columns and links that plugins add to the core's lists and exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from courtil.domain.words import _
from courtil.plugin.payloads import ListColumn
from courtil.plugin.payloads import Reader as Reading
from courtil.services import extensions
from courtil.services.unit import Reader


@dataclass(frozen=True)
class AddedColumn:
    """A column with its texts by key, and the plugin that gave it."""

    plugin: str
    label: str
    texts: Mapping[int, str]


@dataclass(frozen=True)
class AddedAction:
    """A link for each row."""

    plugin: str
    label: str
    url: str
    icon: str

    def of(self, key: int) -> str:
        """Its address for one row."""
        return self.url.replace("{id}", str(key))


@dataclass(frozen=True)
class Added:
    """What plugins add to one list."""

    columns: Sequence[AddedColumn] = ()
    actions: Sequence[AddedAction] = field(default=())


def to_list(reader: Reader, subject: str, ids: Sequence[int]) -> Added:
    """The columns and links for a list of these rows."""
    said = reader.hooks.declarations
    if not said.columns and not said.row_actions:
        return Added()
    chosen = [(plugin, one) for plugin, one in said.columns if one.on == subject and one.lists]
    actions = [
        AddedAction(plugin, _(one.label), one.url, one.icon)
        for plugin, one in said.row_actions
        if one.on == subject and _may(reader, one.permission)
    ]
    return Added(_filled(reader, chosen, ids), actions)


def to_export(reader: Reader, subject: str, ids: Sequence[int]) -> Sequence[AddedColumn]:
    """The columns for an exported document of these rows, those of extension models included."""
    said = reader.hooks.declarations
    chosen = [(plugin, one) for plugin, one in said.columns if one.on == subject and one.exports]
    chosen += [(plugin, one) for plugin, one in extensions.columns(reader, subject)]
    return _filled(reader, chosen, ids)


def to_baskets(reader: Reading, contract_ids: Sequence[int]) -> Mapping[int, str]:
    """What plugins say after the baskets of these contracts, by contract."""
    reader = cast("Reader", reader)  # every reader is one of ours
    chosen = [
        (plugin, one) for plugin, one in reader.hooks.declarations.columns if one.on == "contract" and one.baskets
    ]
    said: dict[int, str] = {}
    for column in _filled(reader, chosen, contract_ids) if contract_ids else ():
        for key, text in column.texts.items():
            said[key] = ", ".join(filter(None, (said.get(key, ""), text)))
    return said


def _filled(reader: Reader, chosen: Sequence[tuple[str, ListColumn]], ids: Sequence[int]) -> list[AddedColumn]:
    """Each column asked once for all the rows; one whose plugin fails is left out."""
    found = []
    for plugin, one in chosen:
        if not _may(reader, one.permission):
            continue
        with reader.hooks.drawing(plugin, reader) as may:
            if may:
                found.append(AddedColumn(plugin, _(one.label), dict(one.values(reader, ids))))
    return found


def _may(reader: Reader, permission: str) -> bool:
    return not permission or (reader.actor is not None and reader.actor.can_somewhere(permission))
