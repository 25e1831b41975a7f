"""What the books say of each contract, in one query."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select
from sqlalchemy.orm import aliased

from courtil.plugin.payloads import Reader
from courtil.store.books import Account, Entry, Posting

HOUSEHOLD, FARM, OUTSIDE = "household", "farm", "outside"
_Source = aliased(Account, name="source")
_Target = aliased(Account, name="target")


class Sums(NamedTuple):
    """Cents of a contract: what the household owes in all, has paid, what the farm earns, what it was handed."""

    billed: int = 0
    paid: int = 0
    earned: int = 0
    handed: int = 0

    @property
    def owed(self) -> int:
        """What the household still owes; negative when it paid too much."""
        return self.billed - self.paid


def _net(into: ColumnElement[bool], out_of: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((into, Posting.cents), (out_of, -Posting.cents), else_=0))


def _between(kind: str, other: str, *, same: bool) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Postings into accounts of `kind` that come from `other` (or from anything else), and the way back."""
    into = and_(_Target.kind == kind, (_Source.kind == other) if same else (_Source.kind != other))
    out_of = and_(_Source.kind == kind, (_Target.kind == other) if same else (_Target.kind != other))
    return into, out_of


def by_contract() -> Subquery:
    """One row a contract: contract_id, billed, paid, earned, handed."""
    query = (
        select(
            Entry.contract_id,
            (-_net(*_between(HOUSEHOLD, OUTSIDE, same=False))).label("billed"),
            _net(*_between(HOUSEHOLD, OUTSIDE, same=True)).label("paid"),
            _net(*_between(FARM, OUTSIDE, same=False)).label("earned"),
            (-_net(*_between(FARM, OUTSIDE, same=True))).label("handed"),
        )
        .join(Posting, Posting.entry_id == Entry.id)
        .join(_Source, _Source.id == Posting.source_id)
        .join(_Target, _Target.id == Posting.target_id)
        .where(Entry.contract_id.is_not(None))
        .group_by(Entry.contract_id)
    )
    return query.subquery("sums")


def sums_of(reader: Reader, contracts: Select[int]) -> dict[int, Sums]:
    """The sums of these contracts; a contract that never moved money is absent."""
    sums = by_contract()
    query = select(sums).where(sums.c.contract_id.in_(contracts))
    return {row.contract_id: Sums(*(int(cents) for cents in row[1:])) for row in reader.rows(query)}
