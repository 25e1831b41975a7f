"""Rows of one file that describe the same household, and namesakes that do not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from courtil.domain.words import _
from courtil.imports.keys import key
from courtil.imports.records import MemberRow, Remark


def mark(rows: Iterable[MemberRow]) -> tuple[MemberRow, ...]:
    """The rows with `same_as_row` and `homonym_of_row` filled in; nothing is merged or dropped."""
    seen = _Seen()
    return tuple(seen.marked(row) for row in rows)


class _Seen:
    """The households met so far, by name and by e-mail."""

    def __init__(self) -> None:
        self.by_name: defaultdict[tuple[str, str], list[MemberRow]] = defaultdict(list)
        self.by_email: dict[str, MemberRow] = {}

    def marked(self, row: MemberRow) -> MemberRow:
        namesakes = [other for person in row.persons for other in self.by_name[person.key]]
        same = next((other for other in namesakes if _same_household(row, other)), None)
        if same:
            return replace(row, same_as_row=same.row)
        row = _with_homonym(row, namesakes)
        shared = next((self.by_email[email] for email in row.emails if email in self.by_email), None)
        if shared:
            remark = Remark(_("Même e-mail que la ligne %(row)s.") % {"row": shared.row})
            row = replace(row, remarks=(*row.remarks, remark))
        self._keep(row)
        return row

    def _keep(self, row: MemberRow) -> None:
        for person in row.persons:
            self.by_name[person.key].append(row)
        for email in row.emails:
            self.by_email.setdefault(email, row)


def _same_household(row: MemberRow, other: MemberRow) -> bool:
    """They have a name in common: an e-mail or a phone makes them one, an address when one has neither."""
    if set(row.emails) & set(other.emails) or set(row.phones) & set(other.phones):
        return True
    unreachable = not (row.emails or row.phones) or not (other.emails or other.phones)
    return unreachable and bool(row.address) and _place(row) == _place(other)


def _place(row: MemberRow) -> tuple[str, str]:
    return key(row.address), row.postal_code


def _with_homonym(row: MemberRow, namesakes: list[MemberRow]) -> MemberRow:
    if not namesakes:
        return row
    first = namesakes[0].row
    remark = Remark(_("Même nom que la ligne %(row)s : vérifiez si c’est le même foyer.") % {"row": first})
    return replace(row, homonym_of_row=first, remarks=(*row.remarks, remark))
