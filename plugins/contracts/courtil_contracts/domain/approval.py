"""Where the farm's reading of an offer stands: sent, changes asked for, approved; approved of what it was before."""

from collections.abc import Mapping
from enum import StrEnum

from courtil.api import N_


class ApprovalState(StrEnum):
    """What was done last."""

    SENT = "sent"
    CHANGES = "changes"
    APPROVED = "approved"


class Standing(StrEnum):
    """What that means for the offer as it is now."""

    NEW = "new"
    SENT = "sent"
    CHANGES = "changes"
    APPROVED = "approved"
    REREAD = "reread"
    """Changed since the farm approved."""


def standing(state: ApprovalState | None, approved: str, now: str) -> Standing:
    """Where it stands, with the fingerprints of what was approved and of the offer now."""
    if state is None:
        return Standing.NEW
    if state is ApprovalState.APPROVED and approved != now:
        return Standing.REREAD
    return Standing(state.value)


LABELS: Mapping[Standing, str] = {
    Standing.NEW: N_("Pas encore demandé"),
    Standing.SENT: N_("La ferme le relit"),
    Standing.CHANGES: N_("La ferme demande des changements"),
    Standing.APPROVED: N_("La ferme est d’accord"),
    Standing.REREAD: N_("À relire : changé depuis l’accord de la ferme"),
}

TO_THE_FARM: Mapping[Standing, str] = {
    Standing.NEW: N_("Pas encore envoyé"),
    Standing.SENT: N_("Votre réponse est attendue"),
    Standing.CHANGES: N_("Vous avez demandé des changements"),
    Standing.APPROVED: N_("Vous avez approuvé ce contrat"),
    Standing.REREAD: N_("Changé depuis votre accord"),
}
"""The same, said to the farm."""

BEFORE_OPENING: Mapping[Standing, str] = {
    Standing.NEW: N_("La ferme n’a pas encore donné son accord : demandez-le-lui, plus bas sur cette page."),
    Standing.SENT: N_("La ferme relit ce contrat : attendez son accord."),
    Standing.CHANGES: N_("La ferme demande des changements : faites-les, puis renvoyez-lui ce contrat."),
    Standing.REREAD: N_("Ce contrat a changé depuis l’accord de la ferme : demandez-le-lui de nouveau, plus bas."),
}
"""Why it cannot open, and what to do."""
