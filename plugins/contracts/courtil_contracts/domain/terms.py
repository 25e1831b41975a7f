"""The terms of an offer beside dates, products and prices: what its households may choose, must respect and pay."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from courtil_contracts.domain.goals import MOST_GOALS, Goal
from courtil_contracts.domain.plans import PlanTerms
from courtil_contracts.domain.prices import MOST_CENTS, MOST_GRAMS, Fee, Tier
from courtil_contracts.domain.rules import Rule
from courtil_contracts.domain.turns import MOST_TURNS, Turn

Rhythm = Literal["every", "first", "second"]
"""Each delivery of a product, or one in two, beginning with its first or with its second."""

RHYTHMS: tuple[Rhythm, ...] = ("every", "first", "second")


class ProductTerms(BaseModel):
    """How one product of the offer is chosen and priced. Cents."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    offer_product_id: int
    per: Literal["delivery", "contract", "month"] = "delivery"
    """What the price of the offer is for: a piece at a delivery, the whole contract, or a month of it."""
    kg_cents: int = Field(0, ge=0, le=MOST_CENTS)
    """The final price of a kilogram when the product is weighed at delivery: the price of the offer is an advance."""
    usual_grams: int = Field(0, ge=0, le=MOST_GRAMS)
    """What a piece usually weighs: what to expect of a weighed one, and volumes in kilograms; zero: nobody says."""
    prorated: bool = False
    """A price for the whole contract is less for who joins late, as deliveries left over those of the product."""
    tiers: tuple[Tier, ...] = ()
    """Degressive prices of a piece, by the quantity taken at one delivery."""
    rhythms: tuple[Rhythm, ...] = ("every",)
    deliveries: int | None = Field(None, ge=1, le=120)
    """The product comes this many times, then stops: a trial, a basket of discovery."""
    points: int = Field(0, ge=0, le=10_000)
    """What one piece counts in exchanges and in rules on points."""


class ChangeTerms(BaseModel):
    """A change that a household may make after signing, and within which bounds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["absence", "report", "quantity", "exchange", "donation", "handover"]
    """Not coming; another date; other quantities from a date on; other products of the same worth; giving away;
    letting another member take it."""
    money: Literal["kept", "credited"] = "kept"
    """What becomes of the price of an absence: it stays with the farm, or the household does not owe it."""
    most: int | None = Field(None, ge=1, le=120)
    """How many baskets over the contract; fewer for who joined late, in proportion."""
    notice_days: int = Field(3, ge=0, le=60)
    """Days before the delivery until which the change may be made."""
    begins_on: date | None = None
    ends_on: date | None = None
    """Deliveries within which it may be made; the whole contract when empty."""


class Terms(BaseModel):
    """All terms of one offer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    products: tuple[ProductTerms, ...] = ()
    fees: tuple[Fee, ...] = ()
    rules: tuple[Rule, ...] = ()
    ways: tuple[PlanTerms, ...] = (PlanTerms(),)
    """Ways to pay; the household chooses among the plans of all."""
    changes: tuple[ChangeTerms, ...] = ()
    """What households may change after signing, each kind once."""
    payees: Mapping[str, int] = Field(default_factory=dict)
    """To whose order, and in which proportions, when the farm is not alone."""
    turns: tuple[Turn, ...] = Field((), max_length=MOST_TURNS)
    """To whose order from which day on, when a farm takes over from another; instead of `ways` and `payees`."""
    months: int = Field(0, ge=0, le=24)
    """How many months the contract is paid for, where a price is for a month."""
    rolling_months: int = Field(0, ge=0, le=24)
    """The contract lasts this many months from the day it is signed; zero: until the last date of the offer."""
    topups: tuple[int, ...] = ()
    """Amounts in cents that an account may be opened with."""
    order_days: int = Field(3, ge=0, le=60)
    """Days before a delivery until which one may order from an account."""
    needs_offer_id: int | None = None
    """Another offer under which the household must be engaged already."""
    least_households: int = Field(0, ge=0, le=10_000)
    """Households without whom the offer does not begin."""
    template_id: int | None = None
    """What its contracts say, where that is not the AMAP's own text."""
    goals: tuple[Goal, ...] = Field((), max_length=MOST_GOALS)
    """What all households together must reach."""
    sharing: bool = False
    """Two households may share a basket."""

    @field_validator("topups")
    @classmethod
    def _sorted(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted({cents for cents in value if 0 < cents <= MOST_CENTS}))

    @property
    def has_points(self) -> bool:
        """Whether products are worth points; their price is their worth otherwise."""
        return any(one.points for one in self.products)

    def of(self, offer_product_id: int) -> ProductTerms:
        """The terms of one product, plain ones when nothing was written."""
        found = (one for one in self.products if one.offer_product_id == offer_product_id)
        return next(found, ProductTerms(offer_product_id=offer_product_id))
