"""States of offers, contracts, deliveries and payments, and which may follow which."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import TypeVar

from courtil.domain.problems import Refused
from courtil.domain.words import N_, _


class OfferState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    RUNNING = "running"
    FINISHED = "finished"
    ARCHIVED = "archived"


class ContractState(StrEnum):
    DRAFT = "draft"
    SIGNED_MEMBER = "signed_member"
    SIGNED_FARM = "signed_farm"
    ACTIVE = "active"
    ENDED = "ended"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"
    DELIVERED = "delivered"


class LineEffect(StrEnum):
    """What a line of a contract still means: handed out, not handed out but paid, or not handed out and given back."""

    DUE = "due"
    KEPT = "kept"
    CREDITED = "credited"


class PaymentState(StrEnum):
    RECEIVED = "received"
    HANDED = "handed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


class PaymentMethod(StrEnum):
    CHEQUE = "cheque"
    TRANSFER = "transfer"
    DIRECT_DEBIT = "direct_debit"
    CASH = "cash"


LABELS: Mapping[type[Enum], Mapping[StrEnum, str]] = {
    OfferState: {
        OfferState.DRAFT: N_("Brouillon"),
        OfferState.OPEN: N_("Ouvert"),
        OfferState.CLOSED: N_("Clos"),
        OfferState.RUNNING: N_("En cours"),
        OfferState.FINISHED: N_("Terminé"),
        OfferState.ARCHIVED: N_("Archivé"),
    },
    ContractState: {
        ContractState.DRAFT: N_("À signer"),
        ContractState.SIGNED_MEMBER: N_("Signé par le foyer"),
        ContractState.SIGNED_FARM: N_("Signé par les deux"),
        ContractState.ACTIVE: N_("En cours"),
        ContractState.ENDED: N_("Terminé"),
        ContractState.TERMINATED: N_("Résilié"),
        ContractState.CANCELLED: N_("Annulé"),
    },
    DeliveryState: {
        DeliveryState.PLANNED: N_("Prévue"),
        DeliveryState.CANCELLED: N_("Annulée"),
        DeliveryState.DELIVERED: N_("Faite"),
    },
    LineEffect: {
        LineEffect.DUE: N_("À remettre"),
        LineEffect.KEPT: N_("Non remis, reste payé"),
        LineEffect.CREDITED: N_("Non remis, déduit"),
    },
    PaymentState: {
        PaymentState.RECEIVED: N_("Reçu"),
        PaymentState.HANDED: N_("Remis à la ferme"),
        PaymentState.BOUNCED: N_("Impayé"),
        PaymentState.CANCELLED: N_("Annulé"),
    },
    PaymentMethod: {
        PaymentMethod.CHEQUE: N_("Chèque"),
        PaymentMethod.TRANSFER: N_("Virement"),
        PaymentMethod.DIRECT_DEBIT: N_("Prélèvement"),
        PaymentMethod.CASH: N_("Espèces"),
    },
}
"""By kind of state first: two kinds may use the same word, and words compare equal."""

NEXT: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    OfferState: {
        OfferState.DRAFT: frozenset({OfferState.OPEN, OfferState.ARCHIVED}),
        OfferState.OPEN: frozenset({OfferState.CLOSED, OfferState.DRAFT}),
        OfferState.CLOSED: frozenset({OfferState.OPEN, OfferState.RUNNING}),
        OfferState.RUNNING: frozenset({OfferState.FINISHED, OfferState.CLOSED}),
        OfferState.FINISHED: frozenset({OfferState.ARCHIVED, OfferState.RUNNING}),
        OfferState.ARCHIVED: frozenset({OfferState.FINISHED, OfferState.DRAFT}),
    },
    ContractState: {
        ContractState.DRAFT: frozenset({ContractState.SIGNED_MEMBER, ContractState.CANCELLED}),
        ContractState.SIGNED_MEMBER: frozenset(
            {ContractState.SIGNED_FARM, ContractState.CANCELLED, ContractState.TERMINATED, ContractState.ENDED}
        ),
        ContractState.SIGNED_FARM: frozenset({ContractState.ACTIVE, ContractState.TERMINATED}),
        ContractState.ACTIVE: frozenset({ContractState.ENDED, ContractState.TERMINATED}),
        ContractState.TERMINATED: frozenset(
            {ContractState.ACTIVE, ContractState.SIGNED_FARM, ContractState.SIGNED_MEMBER}
        ),
        ContractState.CANCELLED: frozenset({ContractState.SIGNED_MEMBER}),
    },
    PaymentState: {
        PaymentState.RECEIVED: frozenset({PaymentState.HANDED, PaymentState.BOUNCED, PaymentState.CANCELLED}),
        PaymentState.HANDED: frozenset({PaymentState.BOUNCED, PaymentState.RECEIVED}),
        PaymentState.CANCELLED: frozenset({PaymentState.RECEIVED}),
        PaymentState.BOUNCED: frozenset({PaymentState.RECEIVED}),
    },
    DeliveryState: {
        DeliveryState.PLANNED: frozenset({DeliveryState.CANCELLED, DeliveryState.DELIVERED}),
        DeliveryState.CANCELLED: frozenset({DeliveryState.PLANNED}),
        DeliveryState.DELIVERED: frozenset({DeliveryState.PLANNED}),
    },
}

BINDING = (
    ContractState.SIGNED_MEMBER,
    ContractState.SIGNED_FARM,
    ContractState.ACTIVE,
    ContractState.ENDED,
    ContractState.TERMINATED,
)
"""States in which a household has signed: its baskets count and its payments are due."""

State = TypeVar("State", bound=StrEnum)


def label(state: StrEnum) -> str:
    """The state in the words of the person's language."""
    return _(LABELS[type(state)][state])


def may_follow(before: State, after: State) -> bool:
    """Whether the step is part of the life of the object."""
    return after in NEXT[type(before)].get(before, frozenset())


def follow(before: State, after: State) -> State:
    """The new state. Raises Refused when the step is not part of the object's life."""
    if not may_follow(before, after):
        raise Refused(
            _("Ce changement n’est pas possible : l’état actuel est « %(state)s ».") % {"state": label(before)}
        )
    return after
