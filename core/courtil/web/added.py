"""Columns and links of plugins in the lists of the core's pages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from courtil.domain.words import _
from courtil.services import added as service
from courtil.services.added import Added
from courtil.services.unit import Reader

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
        return [*found, {"label": _("Actions"), "kind": "act"}] if self.has_actions else found

    @cached_property
    def has_actions(self) -> bool:
        """Whether rows have links."""
        return any(one.actions for one in self.added.values())

    @cached_property
    def _columns(self) -> list[tuple[str, str, Mapping[int, str]]]:
        """The subject of each column, how its cells begin, and its texts: rows are many, so nothing is done twice."""
        return [
            (subject, f'<td data-label="{escape(_(column.label))}">', column.texts)
            for subject, one in self.added.items()
            for column in one.columns
        ]

    def cells(self, **keys: int | None) -> Markup:
        """The cells of a row, given the key of each of its subjects."""
        cells = [
            f"{begins}{escape(texts.get(keys[subject] or 0, '') or '–')}</td>"
            for subject, begins, texts in self._columns
        ]
        if self.has_actions:
            cells.append(ACTIONS.format(self.links(**keys)))
        return Markup("".join(cells))  # noqa: S704  (each cell is escaped above)

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
