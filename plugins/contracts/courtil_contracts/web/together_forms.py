"""What households do together, as the page of terms asks for it: sharing, volumes of the group."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, field_validator

from courtil.api import N_, Form, FormModel, MaybeWhole, Refused, Whole, refuse
from courtil_contracts.domain.goals import MOST, Goal, said
from courtil_contracts.domain.prices import read_grams
from courtil_contracts.domain.terms import Terms

UNITS = (("piece", N_("le nombre de pièces")), ("kg", N_("le poids, en kilogrammes")))
DATES = (("season", N_("sur toute la saison")), ("each", N_("à chaque livraison")))


class TogetherData(FormModel):
    """Whether two households may share."""

    sharing: bool = Field(default=False, title=N_("Deux foyers peuvent partager un panier"))


class WeightData(FormModel):
    """What a piece of a product weighs."""

    weight: str = Field(
        "", title=N_("Poids habituel d’une pièce, en kilogrammes"), max_length=20,
        description=N_("Pour dire aux foyers ce qu’elle coûtera à peu près, et pour un volume du groupe. Vide : rien."),
    )  # fmt: skip

    @field_validator("weight")
    @classmethod
    def _read_weight(cls, value: str) -> str:
        grams_of(value)
        return value


def grams_of(text: str) -> int:
    """A weight as typed, in grams; zero when nothing was. Raises a message for what is none."""
    try:
        return read_grams(text) if text.strip() else 0
    except Refused as refused:
        raise refuse(refused.problems[0].message) from refused


def weight_text(grams: int) -> str:
    """What `grams_of` reads."""
    return said(grams / 1000) if grams else ""


class GoalData(FormModel):
    """A volume of the group; without numbers there is none."""

    product: MaybeWhole = Field(None, title=N_("Produit"))
    unit: Literal["piece", "kg"] = Field("piece", title=N_("Ce qui compte"))
    least: Whole = Field(0, ge=0, le=MOST, title=N_("Au moins"), description=N_("Zéro : pas de minimum."))
    multiple: Whole = Field(
        0, ge=0, le=MOST, title=N_("Un multiple de"), description=N_("Par exemple 80 caisses par palette. Zéro : non.")
    )
    word: str = Field("", max_length=40, title=N_("Nom des pièces, au pluriel"), description=N_("Par exemple caisses."))
    aim: str = Field("", max_length=60, title=N_("Ce qu’il faut atteindre"), description=N_("Par exemple la palette."))
    dates: Literal["season", "each"] = Field("season", title=N_("Quand"))


def goal_forms(terms: Terms, names: Mapping[int, str]) -> list[Form[GoalData]]:
    """The goals as they stand, and a blank one to add another."""
    choices = {"product": [("", N_("Tous les produits")), *names.items()], "unit": UNITS, "dates": DATES}
    filled = [goal.model_dump() | {"product": goal.offer_product_id} for goal in terms.goals]
    return [
        Form(GoalData, values, choices, prefix=f"f-goal-{n}", within=f"goal-{n}-")
        for n, values in enumerate([*filled, {}])
    ]


def goals_of(forms: Sequence[Form[GoalData]]) -> tuple[Goal, ...]:
    """The goals that were typed."""
    typed = [form.value for form in forms if form.value and (form.value.least or form.value.multiple)]
    return tuple(Goal(offer_product_id=one.product, **one.model_dump(exclude={"product"})) for one in typed)


def together_values(terms: Terms) -> dict[str, Any]:
    """What fills the form."""
    return {"sharing": terms.sharing}


def together_terms(data: TogetherData, goals: Sequence[Form[GoalData]]) -> dict[str, Any]:
    """What the terms keep of it."""
    return {"sharing": data.sharing, "goals": goals_of(goals)}
