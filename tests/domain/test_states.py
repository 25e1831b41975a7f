"""The life of offers, contracts, deliveries and payments."""

from enum import StrEnum

import pytest

from courtil.domain.problems import Refused
from courtil.domain.states import (
    LABELS,
    NEXT,
    ContractState,
    LineEffect,
    OfferState,
    PaymentMethod,
    follow,
    label,
    may_follow,
)


@pytest.mark.parametrize("kind", [*NEXT, LineEffect, PaymentMethod])
def test_every_state_has_words(kind: type[StrEnum]) -> None:
    assert all(label(state) for state in kind)
    assert len({label(state) for state in kind}) == len(kind)


def test_two_kinds_that_share_a_word_keep_their_own_lives() -> None:
    assert label(OfferState.DRAFT) == "Brouillon"
    assert label(ContractState.DRAFT) == "À signer"
    assert may_follow(OfferState.DRAFT, OfferState.OPEN)
    assert not may_follow(ContractState.DRAFT, ContractState.ACTIVE)


def test_a_season_goes_from_draft_to_archive() -> None:
    state = OfferState.DRAFT
    for after in (OfferState.OPEN, OfferState.CLOSED, OfferState.RUNNING, OfferState.FINISHED, OfferState.ARCHIVED):
        state = follow(state, after)
    assert state is OfferState.ARCHIVED


def test_a_contract_goes_from_the_household_to_the_farm_to_its_end() -> None:
    state = ContractState.DRAFT
    for after in (ContractState.SIGNED_MEMBER, ContractState.SIGNED_FARM, ContractState.ACTIVE, ContractState.ENDED):
        state = follow(state, after)
    assert state is ContractState.ENDED


def test_a_step_that_is_not_part_of_the_life_is_refused_with_the_present_state() -> None:
    with pytest.raises(Refused, match="Brouillon"):
        follow(OfferState.DRAFT, OfferState.RUNNING)


def test_every_state_that_follows_is_of_the_same_kind() -> None:
    for kind, steps in NEXT.items():
        for before, after in steps.items():
            assert isinstance(before, kind)
            assert all(isinstance(state, kind) for state in after)
    assert set(NEXT) <= set(LABELS)
