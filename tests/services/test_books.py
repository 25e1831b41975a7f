"""The books: they only grow, a correction is an entry of its own, and every cent comes from somewhere."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import DatabaseError

from courtil.domain.problems import NotFound
from courtil.services import books
from courtil.services.books import OUTSIDE, AccountRef
from courtil.services.instance import Instance
from courtil.services.unit import Reader
from courtil.store.books import Account, Entry, Posting
from treasury import discarded

ACCOUNTS = (OUTSIDE, books.household(1), books.household(2), books.farm(1), AccountRef("fund", 7))
KINDS = ("outside", "household", "farm", "fund")
IN_ONE_DATABASE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

moves = st.lists(
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(-10_000, 10_000)).filter(
        lambda move: move[0] != move[1]
    ),
    max_size=5,
)


def everything(reader: Reader) -> dict[AccountRef, int]:
    return {
        AccountRef(kind, owner): cents
        for kind in KINDS
        for owner, cents in books.balances(reader, kind).items()
        if cents
    }


def test_what_a_household_signs_is_owed_to_the_farm(instance: Instance) -> None:
    with instance.working() as unit:
        books.move(unit, "Contrat signé", [(books.household(1), books.farm(1), 12_000)])
        assert books.balance(unit, books.household(1)) == -12_000
        assert books.balance(unit, books.farm(1)) == 12_000
        assert books.balance(unit, books.household(2)) == 0


def test_an_amount_below_zero_moves_the_other_way_and_zero_moves_nothing(instance: Instance) -> None:
    with instance.working() as unit:
        books.move(unit, "Correction", [(books.household(1), books.farm(1), -500), (OUTSIDE, books.farm(1), 0)])
        assert everything(unit) == {books.household(1): 500, books.farm(1): -500}
        assert len(unit.all(select(Posting))) == 1


@pytest.mark.parametrize("table", [Entry, Posting])
def test_the_database_refuses_to_change_or_delete_what_is_written(instance: Instance, table: type) -> None:
    with instance.working() as unit:
        books.move(unit, "Paiement", [(OUTSIDE, books.household(1), 100)])
    change = update(Entry).values(label="Autre") if table is Entry else update(Posting).values(cents=1)
    for statement in (change, delete(table)):
        with pytest.raises(DatabaseError, match="never changed"), instance.working() as unit:
            unit.execute(statement)
    with instance.reading() as reader:
        assert everything(reader) == {books.household(1): 100, OUTSIDE: -100}


def test_an_entry_that_does_not_exist_cannot_be_taken_back(instance: Instance) -> None:
    with instance.working() as unit, pytest.raises(NotFound):
        books.reverse(unit, 99, "Annulé")


def test_an_account_that_another_unit_has_just_opened_is_used(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance.working() as unit:
        books.move(unit, "Premier", [(OUTSIDE, books.household(1), 100)])
    with instance.working() as unit:
        known, asked = unit.all, []

        def too_early(query: Select) -> Sequence:  # the first look comes before the other unit's commit
            asked.append(query)
            return [] if len(asked) == 1 else known(query)

        monkeypatch.setattr(unit, "all", too_early)
        books.move(unit, "Second", [(OUTSIDE, books.household(1), 50)])
    with instance.reading() as reader:
        assert everything(reader) == {books.household(1): 150, OUTSIDE: -150}


def test_two_first_movements_of_an_account_at_once_both_succeed(instance: Instance) -> None:
    start = Barrier(2)

    def pay(number: int) -> None:
        start.wait(10)
        with instance.working() as unit:
            books.move(unit, f"Paiement {number}", [(OUTSIDE, books.household(1), 100)])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(pay, range(2)))
    with instance.reading() as reader:
        assert everything(reader) == {books.household(1): 200, OUTSIDE: -200}


@IN_ONE_DATABASE
@given(before=moves, taken_back=moves)
def test_taking_an_entry_back_restores_every_balance(instance: Instance, before: list, taken_back: list) -> None:
    with discarded(instance) as unit:
        books.move(unit, "Avant", before)
        known = everything(unit)
        entry = books.move(unit, "Erreur", taken_back)
        back = books.reverse(unit, entry.id, "Erreur corrigée")
        assert back.reverses_id == entry.id
        assert everything(unit) == known


@IN_ONE_DATABASE
@given(entries=st.lists(moves, max_size=6))
def test_all_balances_together_are_zero(instance: Instance, entries: list) -> None:
    with discarded(instance) as unit:
        for number, entry in enumerate(entries):
            books.move(unit, f"Écriture {number}", entry)
        assert sum(everything(unit).values()) == 0
        for ref in ACCOUNTS:
            assert books.balance(unit, ref) == everything(unit).get(ref, 0)
        accounts = [(account.kind, account.owner_id) for account in unit.all(select(Account))]
        assert len(accounts) == len(set(accounts))
