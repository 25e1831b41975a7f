"""The ledger: one way in (`move`), corrections by reversal, balances."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import selectinload

from courtil.domain.money import Cents
from courtil.services.unit import Reader, Unit
from courtil.store.books import Account, Entry, Posting


class AccountRef(NamedTuple):
    """An account by what it is and whose: `household`, `farm`, `outside`, or a plugin's own kind."""

    kind: str
    owner_id: int = 0


OUTSIDE = AccountRef("outside")


def household(household_id: int) -> AccountRef:
    """What a household has paid less what it owes."""
    return AccountRef("household", household_id)


def farm(farm_id: int) -> AccountRef:
    """What a farm is owed and was not handed yet."""
    return AccountRef("farm", farm_id)


Move = tuple[AccountRef, AccountRef, int]


def move(
    unit: Unit, label: str, moves: Iterable[Move], contract_id: int | None = None, *, delivery_id: int | None = None
) -> Entry:
    """Write one entry that moves cents from the first account of each move to the second; zeros are left out."""
    entry = unit.add(
        Entry(label=label, day=unit.today, at=unit.now, contract_id=contract_id, delivery_id=delivery_id)
    )  # fmt: skip
    for source, target, cents in moves:
        if cents:
            unit.session.add(_posting(unit, entry.id, source, target, cents))
    unit.session.flush()
    return entry


def reverse(unit: Unit, entry_id: int, label: str) -> Entry:
    """Write the entry that takes another one back, posting by posting."""
    query = select(Entry).where(Entry.id == entry_id).options(selectinload(Entry.postings))
    first = unit.one(query)
    back = unit.add(
        Entry(label=label, day=unit.today, at=unit.now, contract_id=first.contract_id, reverses_id=first.id)
    )
    for p in first.postings:
        unit.session.add(Posting(entry_id=back.id, source_id=p.target_id, target_id=p.source_id, cents=p.cents))
    unit.session.flush()
    return back


def _posting(unit: Unit, entry_id: int, source: AccountRef, target: AccountRef, cents: int) -> Posting:
    if cents < 0:
        source, target, cents = target, source, -cents
    return Posting(
        entry_id=entry_id, source_id=_account(unit, source), target_id=_account(unit, target), cents=cents
    )  # fmt: skip


def _account(unit: Unit, ref: AccountRef) -> int:
    query = select(Account.id).where(Account.kind == ref.kind, Account.owner_id == ref.owner_id)
    found = unit.session.scalar(query)
    return found or unit.add(Account(kind=ref.kind, owner_id=ref.owner_id)).id


def balances(reader: Reader, kind: str) -> dict[int, Cents]:
    """Cents in less cents out, for every account of this kind by its owner."""
    moved = union_all(
        select(Posting.target_id.label("account_id"), Posting.cents.label("cents")),
        select(Posting.source_id, -Posting.cents),
    ).subquery()
    query = (
        select(Account.owner_id, func.coalesce(func.sum(moved.c.cents), 0))
        .join(moved, moved.c.account_id == Account.id)
        .where(Account.kind == kind)
        .group_by(Account.owner_id)
    )
    return {owner: Cents(int(cents)) for owner, cents in reader.rows(query)}


def balance(reader: Reader, ref: AccountRef) -> Cents:
    """Cents in less cents out of one account; zero for an account that never moved."""
    mine = select(Account.id).where(Account.kind == ref.kind, Account.owner_id == ref.owner_id).scalar_subquery()
    total = func.coalesce(func.sum(Posting.cents), 0)
    query = select(
        select(total).where(Posting.target_id == mine).scalar_subquery()
        - select(total).where(Posting.source_id == mine).scalar_subquery()
    )
    return Cents(int(reader.session.scalar(query) or 0))
