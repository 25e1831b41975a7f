"""The forms of ways to pay, and of farms that take turns: what is typed, what is shown."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, field_validator

from courtil.api import N_, Euros, FormModel, MaybeDay, Whole
from courtil_contracts.domain.plans import PlanTerms
from courtil_contracts.domain.terms import Terms
from courtil_contracts.domain.turns import MOST_TURNS, Turn
from courtil_contracts.web.lines import read_counts, read_days

COUNTING = (
    ("", N_("le foyer choisit un des nombres")), ("delivery", N_("un paiement par livraison")),
    ("delivery_product", N_("un paiement par livraison et par produit")),
    ("quantity", N_("autant que de paniers pris")),
)  # fmt: skip
DAYS = (
    ("month", N_("à la signature, puis chaque mois")), ("first_delivery", N_("à la première livraison du mois")),
    ("delivery", N_("aux livraisons")), ("listed", N_("aux dates écrites ci-dessous")),
    ("free", N_("chaque mois, et le foyer peut choisir d’autres dates")),
)  # fmt: skip
AMOUNTS = (
    ("equal", N_("égaux")), ("whole_euros", N_("à l’euro, le reste sur le dernier")),
    ("ahead", N_("selon ce qui est livré jusqu’au suivant")),
)  # fmt: skip
STEPS = ((1, N_("au centime")), (50, N_("au demi-euro")), (100, N_("à l’euro")))
WAY_CHOICES: Mapping[str, Sequence[tuple[Any, str]]] = {
    "per": COUNTING, "dates": DAYS, "amounts": AMOUNTS, "step": STEPS,
}  # fmt: skip


class WayData(FormModel):
    """A way to pay; without numbers nor another count there is none."""

    counts: str = Field("", title=N_("Nombres de paiements"), max_length=60, description=N_("Par exemple 1, 3, 6."))
    per: Literal["", "delivery", "delivery_product", "quantity"] = Field("", title=N_("Combien"))
    dates: Literal["month", "first_delivery", "delivery", "listed", "free"] = Field("month", title=N_("Quand"))
    listed: str = Field("", title=N_("Dates"), max_length=400, description=N_("Par exemple 10/03/2027 ; 10/04/2027."))
    starts_on: MaybeDay = Field(None, title=N_("Pas avant le"))
    every_months: Whole = Field(1, ge=1, le=12, title=N_("Tous les … mois"))
    amounts: Literal["equal", "whole_euros", "ahead"] = Field("equal", title=N_("Montants"))
    step: Whole = Field(1, ge=1, le=10_000, title=N_("Arrondi"))
    smallest: Euros = Field(0, title=N_("Chaque paiement est d’au moins"))
    editable: bool = Field(default=False, title=N_("Le foyer peut changer les montants"))

    @field_validator("counts")
    @classmethod
    def _read_counts(cls, value: str) -> str:
        read_counts(value)
        return value

    @field_validator("listed")
    @classmethod
    def _read_listed(cls, value: str) -> str:
        read_days(value)
        return value


class TurnData(WayData):
    """A farm that is paid from a day on; without a payee there is none."""

    payee: str = Field("", title=N_("À l’ordre de"), max_length=120, description=N_("Vide : personne."))
    begins_on: MaybeDay = Field(
        None, title=N_("Pour ce qui est livré à partir du"), description=N_("Vide pour la première ferme.")
    )


def ways(terms: Terms) -> list[dict[str, Any]]:
    """What the form of each way to pay shows, and that of a blank one."""
    return [*map(_way, terms.ways), {}]


def _way(way: PlanTerms) -> dict[str, Any]:
    return way.model_dump(include=set(WayData.model_fields)) | {
        "counts": ", ".join(map(str, way.counts)),
        "listed": " ; ".join(f"{day:%d/%m/%Y}" for day in way.listed),
    }


def plan_terms(data: WayData) -> PlanTerms:
    """The way to pay that was typed."""
    values = data.model_dump(include=set(WayData.model_fields))
    return PlanTerms(**values | {"counts": read_counts(data.counts), "listed": read_days(data.listed)})


def turns(terms: Terms) -> list[dict[str, Any]]:
    """What the forms of farms that take turns show: as many as there may be."""
    filled = [_way(one.ways[0]) | {"payee": one.payee, "begins_on": one.begins_on} for one in terms.turns]
    return [*filled, *[{} for _blank in range(MOST_TURNS - len(filled))]]


def read_turns(typed: Sequence[TurnData], before: Terms) -> tuple[Turn, ...]:
    """The turns that were typed; ways to pay beyond the first, which no form shows, stay with their farm."""
    others = {turn.payee: turn.ways[1:] for turn in before.turns}
    return tuple(
        Turn(payee=payee, begins_on=one.begins_on, ways=(_paid(one), *others.get(payee, ())))
        for one in typed
        if (payee := one.payee.strip())
    )


def _paid(one: TurnData) -> PlanTerms:
    return plan_terms(one) if one.counts.strip() or one.per else PlanTerms()
