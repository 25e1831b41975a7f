"""Columns and links of plugins in the lists of the core's pages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from courtil.domain.words import _
from courtil.services import added as service
from courtil.services.added import Added
from courtil.services.unit import Reader

CELL = Markup('<td data-label="{}">{}</td>')
ACTIONS = Markup('<td class="act">{}</td>')
LINK = Markup('<a class="row-link" href="{}">{}</a>')
WORDS = Markup('<span class="soft">{}{}{}</span>')


@dataclass(frozen=True)
class More:
    """What plugins add to a list, by the subjects that its rows are about, as its template draws it."""

    added: Mapping[str, Added]

    @property
    def headings(self) -> list[Any]:
        """Headings to put after the list's own: the columns, then one for all the links."""
        found: list[Any] = [column.label for one in self.added.values() for column in one.columns]
        has_actions = any(one.actions for one in self.added.values())
        return [*found, {"label": _("Actions"), "kind": "act"}] if has_actions else found

    def cells(self, **keys: int | None) -> Markup:
        """The cells of a row, given the key of each of its subjects."""
        cells = [
            CELL.format(column.label, column.texts.get(keys[subject] or 0, "") or "–")
            for subject, one in self.added.items()
            for column in one.columns
        ]
        has_actions = any(one.actions for one in self.added.values())
        return Markup("").join([*cells, ACTIONS.format(self.links(**keys))] if has_actions else cells)

    def words(self, **keys: int | None) -> Markup:
        """The columns of a list that is no table."""
        told = [
            WORDS.format(column.label, _(" : "), text)
            for subject, one in self.added.items()
            for column in one.columns
            if (text := column.texts.get(keys[subject] or 0))
        ]
        return Markup(" ").join(told)

    def links(self, **keys: int | None) -> Markup:
        """The links of a row."""
        asked = ((keys[subject], action) for subject, one in self.added.items() for action in one.actions)
        return Markup(" ").join(LINK.format(action.of(key), action.label) for key, action in asked if key is not None)


def added(reader: Reader) -> Callable[..., More]:
    """The `added` function of a page's template: `added(person=persons, household=homes)`."""

    def asked(**rows: Iterable[Any]) -> More:
        ids = {subject: [row.id for row in some if row is not None] for subject, some in rows.items()}
        return More({subject: service.to_list(reader, subject, found) for subject, found in ids.items()})

    return asked
