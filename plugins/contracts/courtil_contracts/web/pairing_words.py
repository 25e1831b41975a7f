"""Households that share, in words: how, on which dates, where it stands; and the form in which one says how."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field
from pydantic.config import JsonDict

from courtil.api import (
    N_,
    FormModel,
    Whole,
    _,
)
from courtil_contracts.domain.sharing import FIRST, MOST_SHARES, SECOND, Manner, PairingState
from courtil_contracts.services.pairings import Sharing, Wish
from courtil_contracts.services.sharing import dates

MANNERS = (
    ("alternating", N_("en alternance : chacun une date sur deux")),
    ("together", N_("chaque panier partagé : un panier par date, aux deux noms")),
)
PAYERS = (("2", N_("les deux, chacun sa part à la ferme")), ("1", N_("un seul : il signe et paie pour les deux")))


RADIO: JsonDict = {"widget": "radio"}


class HowData(FormModel):
    """How two households share."""

    manner: Literal["alternating", "together"] = Field("alternating", title=N_("Comment ?"), json_schema_extra=RADIO)
    begins: Literal["first", "second"] = Field("first", title=N_("Qui commence ?"), json_schema_extra=RADIO)
    payers: Literal["2", "1"] = Field("2", title=N_("Qui paie ?"), json_schema_extra=RADIO)
    first_share: Whole = Field(1, ge=1, le=MOST_SHARES, title=N_("Part du premier foyer"))
    second_share: Whole = Field(1, ge=1, le=MOST_SHARES, title=N_("Part du deuxième foyer"))

    def wish(self) -> Wish:
        """What the services read."""
        shares = (self.first_share, self.second_share)
        return Wish(Manner(self.manner), self.begins == "second", int(self.payers), shares)


def how(here: Sharing, sides: Sequence[int]) -> list[str]:
    """How they share, in two sentences; `sides` are whose turn it is on each date to come, where they alternate."""
    pairing = here.pairing
    if pairing.manner is Manner.ALTERNATING:
        known = here.second if pairing.state is not PairingState.ASKED or here.side == SECOND else ""
        begins = known if pairing.inverted else here.first
        said = [_("Chacun une date sur deux, le foyer %(name)s commence.") % {"name": begins or _("qui accepte")}]
        if len(sides) % 2:
            most = max(sides.count(FIRST), len(sides) - sides.count(FIRST))
            words = {"all": dates(len(sides)), "most": most, "rest": len(sides) - most}
            said.append(_("%(all)s en tout : %(most)s pour lui, %(rest)s pour l’autre.") % words)
    else:
        said = [_("Un panier par date, aux deux noms.")]
    return [*said, _who_pays(here)]


def _who_pays(here: Sharing) -> str:
    pairing = here.pairing
    if pairing.payers == 1:
        return _("Le foyer %(name)s signe et paie pour les deux.") % {"name": here.first}
    if here.halves:
        return _("Chacun signe et paie ses dates.")
    words = {"first": pairing.first_share, "all": sum(pairing.shares), "name": here.first}
    return _("Chacun paie sa part : %(first)s sur %(all)s pour le foyer %(name)s, le reste pour l’autre.") % words
