"""What all households together must reach: so many crates for a pallet, so many kilograms, a multiple of a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from courtil.api import _, ngettext

MOST = 1_000_000
MOST_GOALS = 20

Unit = Literal["piece", "kg"]


class Goal(BaseModel):
    """A volume of one product, or of the whole offer, at each date or over the season."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    offer_product_id: int | None = None
    """Which product counts; all of them when empty."""
    unit: Unit = "piece"
    word: str = Field("", max_length=40)
    """What pieces are called, in the plural: « caisses »."""
    aim: str = Field("", max_length=60)
    """What it takes the volume for: « la palette »."""
    dates: Literal["each", "season"] = "season"
    least: int = Field(0, ge=0, le=MOST)
    multiple: int = Field(0, ge=0, le=MOST)
    """The volume is a multiple of this; zero: of nothing in particular."""

    @property
    def counted(self) -> str:
        """`caisses`, or kilograms."""
        return "kg" if self.unit == "kg" else self.word or _("paniers")

    def many(self, count: float) -> str:
        """`62 caisses`, `0 panier`."""
        if self.unit == "kg" or self.word:
            return f"{said(count)} {self.counted}"
        return ngettext("%(n)s panier", "%(n)s paniers", int(count))

    def target(self, reached: float) -> int:
        """The volume to reach next: the least one, then the multiple that is not passed yet."""
        wanted = max(self.least, -int(-reached // 1))
        return max(1, -(-wanted // self.multiple)) * self.multiple if self.multiple else self.least


@dataclass(frozen=True)
class Progress:
    """How far the households are; `reached` in pieces, or in kilograms to the gram."""

    goal: Goal
    reached: float
    product: str = ""

    @property
    def target(self) -> int:
        """The volume to reach."""
        return self.goal.target(self.reached)

    @property
    def missing(self) -> float:
        """How much more it takes; nothing once it is reached."""
        return max(0, round(self.target - self.reached, 3))

    @property
    def over(self) -> float:
        """How much would have to go to be at the multiple below; nothing where that is too few."""
        below = self.reached // self.goal.multiple * self.goal.multiple if self.goal.multiple else 0
        return round(self.reached - below, 3) if self.missing and below >= max(1, self.goal.least) else 0

    def __str__(self) -> str:
        """`62 caisses sur 80 : il en manque 18 pour la palette.`"""
        aim = _(" pour %(aim)s") % {"aim": self.goal.aim} if self.goal.aim else ""
        words = {
            "reached": self.goal.many(self.reached), "target": self.target, "aim": aim,
            "missing": said(self.missing), "over": said(self.over),
        }  # fmt: skip
        if not self.missing:
            sentence = _("%(reached)s sur %(target)s : c’est atteint%(aim)s.") % words
        elif self.over:
            sentence = _("%(reached)s sur %(target)s : il en manque %(missing)s%(aim)s, ou il y en a %(over)s de trop.")
            sentence %= words
        else:
            sentence = _("%(reached)s sur %(target)s : il en manque %(missing)s%(aim)s.") % words
        return _("%(product)s, %(says)s") % {"product": self.product, "says": sentence} if self.product else sentence


def said(number: float) -> str:
    """`18`, `2,5`."""
    return f"{number:.3f}".rstrip("0").rstrip(".").replace(".", ",")


def volume(goal: Goal, quantities: Mapping[tuple[int, int], int], grams: Mapping[int, int]) -> list[float]:
    """What quantities by product and delivery make of a goal: at each of these deliveries, or once for all."""
    sums: dict[int, int] = {}
    for (product, delivery), quantity in quantities.items():
        if goal.offer_product_id in (None, product):
            key = delivery if goal.dates == "each" else 0
            sums[key] = sums.get(key, 0) + quantity * (grams.get(product, 0) if goal.unit == "kg" else 1)
    return [count / 1000 if goal.unit == "kg" else count for count in sums.values()] or [0]


def clause(goal: Goal, product: str) -> str:
    """What the text that gets signed says: `La commande du groupe, « Pommes » : au moins 80 caisses.`"""
    what = f"« {product} »" if product else _("tous les produits")
    when = _("à chaque livraison") if goal.dates == "each" else _("sur la saison")
    parts = [_("au moins %(n)s %(what)s") % {"n": goal.least, "what": goal.counted}] if goal.least else []
    if goal.multiple:
        parts.append(_("un multiple de %(n)s %(what)s") % {"n": goal.multiple, "what": goal.counted})
    words = {"what": what, "when": when, "parts": ", ".join(parts)}
    return _("Tous les foyers ensemble commandent, %(when)s et pour %(what)s, %(parts)s.") % words
