"""The ledger: one way in (`move`), corrections by reversal, balances."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import and_, false, func, or_, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from courtil.domain.money import Cents
from courtil.plugin.payloads import Reader, Unit
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
    [entry] = move_each(unit, label, [(contract_id, list(moves))], delivery_id=delivery_id)
    return entry


def move_each(
    unit: Unit, label: str, parts: Iterable[tuple[int | None, list[Move]]], *, delivery_id: int | None = None
) -> list[Entry]:
    """Write one entry for each (contract, moves), in as few statements as for a single one."""
    entries = {
        Entry(label=label, day=unit.today, at=unit.now, contract_id=contract_id, delivery_id=delivery_id): moves
        for contract_id, moves in parts
    }
    accounts = _accounts(unit, {ref for moves in entries.values() for move in moves for ref in move[:2]})
    unit.session.add_all(entries)
    unit.session.flush()
    for entry, moves in entries.items():
        unit.session.add_all(_posting(entry.id, accounts, *move) for move in moves if move[2])
    unit.session.flush()
    return list(entries)


def reverse(unit: Unit, entry_id: int, label: str) -> Entry:
    """Write the entry that takes another one back, posting by posting. Raises NotFound."""
    first = unit.one(select(Entry).where(Entry.id == entry_id).options(selectinload(Entry.postings)))
    back = unit.add(
        Entry(
            label=label, day=unit.today, at=unit.now, contract_id=first.contract_id, delivery_id=first.delivery_id,
            reverses_id=first.id,
        )
    )  # fmt: skip
    for p in first.postings:
        unit.session.add(Posting(entry_id=back.id, source_id=p.target_id, target_id=p.source_id, cents=p.cents))
    unit.session.flush()
    return back


def _posting(
    entry_id: int, accounts: Mapping[AccountRef, int], source: AccountRef, target: AccountRef, cents: int
) -> Posting:
    if cents < 0:
        source, target, cents = target, source, -cents
    return Posting(entry_id=entry_id, source_id=accounts[source], target_id=accounts[target], cents=cents)


def _accounts(unit: Unit, refs: Collection[AccountRef]) -> dict[AccountRef, int]:
    """The ids of these accounts; those that never moved are opened."""
    wanted = [and_(Account.kind == kind, Account.owner_id.in_(owners)) for kind, owners in _by_kind(refs).items()]
    known = {
        AccountRef(row.kind, row.owner_id): row.id for row in unit.all(select(Account).where(or_(false(), *wanted)))
    }
    if missing := sorted(set(refs) - set(known)):
        _open(unit, missing)
        return known | _accounts(unit, missing)
    return known


def _open(unit: Unit, refs: Collection[AccountRef]) -> None:
    """Open these accounts unless somebody else just did; in order, so that two units never wait for each other."""
    dialect = postgresql if unit.session.get_bind().dialect.name == "postgresql" else sqlite
    unit.execute(dialect.insert(Account).on_conflict_do_nothing(), [ref._asdict() for ref in refs])


def _by_kind(refs: Collection[AccountRef]) -> dict[str, list[int]]:
    owners: dict[str, list[int]] = {}
    for ref in refs:
        owners.setdefault(ref.kind, []).append(ref.owner_id)
    return owners


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
