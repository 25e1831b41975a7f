"""Payment plans: what an offer proposes becomes days and amounts for one order.

An offer may propose several `PlanTerms`: one payment early in January, or four from February (`offered`). For each:

- the days. A plan of n payments takes the first n days of its kind; on deliveries, n days evenly spread over them.
  Listed days that are past at the signature count as the day of the signature. Days come no later than the last
  delivery nor than the validity of a cheque; those that the member writes only know the latter.
- the amounts. They add up to the order and its charges. Where the count is of deliveries, or amounts are paid ahead,
  the charges come with the first payment; elsewhere they are part of the total that is split.
- what does not fit (a payment of nothing, one below the minimum, a day too late) is not proposed. A single payment is
  never too small.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice, pairwise, takewhile
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, Field

from courtil.api import Cents, Problem, _, format_euros, instalments, long_day, ngettext, split

MOST_PAYMENTS = 24
"""Two years of monthly payments: beyond it somebody mistyped."""

_MONTH_BEFORE = timedelta(days=31)
_YEAR_BEFORE = timedelta(days=365)
_EURO = 100


class PlanTerms(BaseModel, frozen=True):
    """One way to pay that an offer proposes; as it stands, one payment at the signature. Amounts in cents."""

    counts: Annotated[
        tuple[Annotated[int, Field(ge=1, le=MOST_PAYMENTS)], ...],
        AfterValidator(lambda counts: tuple(sorted(set(counts)))),
    ] = (1,)
    """Numbers of payments to choose from."""
    per: Literal["", "delivery", "delivery_product", "quantity"] = ""
    """A count that follows the order, besides `counts`.

    One payment for each delivery, or each delivery and product, due that day and worth it; or as many as baskets are
    taken at once.
    """
    dates: Literal["month", "first_delivery", "delivery", "listed", "free"] = "month"
    """The signature then the first of each month; each month's first delivery; deliveries; `listed`; the member's."""
    listed: Annotated[tuple[date, ...], AfterValidator(lambda days: tuple(sorted(set(days))))] = ()
    """Days tied to the season or to the needs of the farm."""
    starts_on: date | None = None
    """For months: the first payment comes that day, or at the signature if that is later."""
    every_months: int = Field(1, ge=1, le=12)
    amounts: Literal["equal", "whole_euros", "ahead"] = "equal"
    """Equal to a step; to the nearest euro and the rest on the last; what is delivered until the next payment."""
    step: int = Field(1, ge=1, le=10_000)
    """Payments are multiples of it; what is smaller goes on the last. Those made ahead are rounded up to it."""
    even: bool = False
    """A total that divides to the cent is split so, whatever the step."""
    remainder: Literal["first", "last"] = "first"
    """Which of the equal payments are a step larger."""
    smallest: int = Field(0, ge=0, le=100_000_000)
    """The least of each payment when there are several."""
    editable: bool = False
    """The member may change the amounts."""
    cheque_days: int = Field(373, ge=0, le=3660)
    """How long a cheque can be cashed: a year and eight days; zero when the day does not matter."""


class Due(NamedTuple):
    """What the order is worth on a day after the signature: one product of one delivery."""

    day: date
    cents: int
    offer_product_id: int
    quantity: int


class Part(BaseModel, frozen=True):
    """One payment: its day, its cents, to whose order when there are several payees."""

    due_on: date
    cents: Cents
    payee: str = ""


class Plan(BaseModel, frozen=True):
    """Payments by day; `key` says which of those proposed: their number, or what each is for."""

    key: str
    parts: tuple[Part, ...]

    @property
    def cents(self) -> Cents:
        """All payments together."""
        return Cents(sum(part.cents for part in self.parts))


class Proposal(NamedTuple):
    """A plan and the terms that it comes from; none where farms take turns."""

    plan: Plan
    way: PlanTerms | None


class _Order(NamedTuple):
    """What a plan is made for: lines of the order, charges in cents, the day of the signature."""

    dues: Sequence[Due]
    charges: int
    signed_on: date

    @property
    def cents(self) -> Cents:
        """What is to be paid in all."""
        return Cents(self.charges + sum(due.cents for due in self.dues))

    @property
    def days(self) -> list[date]:
        """The days on which something that costs comes."""
        return sorted({due.day for due in self.dues if due.cents})


def plans(terms: PlanTerms, dues: Sequence[Due], charges: int, signed_on: date) -> list[Plan]:
    """The plans among which the member chooses, the fewest payments first; empty when none fits (see `nearest`).

    An order of nothing has one plan without payments. Raises ValueError for negative cents.
    """
    order = _order(dues, charges, signed_on)
    if not order.cents:
        return [Plan(key=str(min(terms.counts, default=0)), parts=())]
    found = [_counted(terms, str(count), count, order) for count in terms.counts]
    found.append(_following(terms, order))
    by_parts: dict[tuple[Part, ...], Plan] = {}
    for plan in found:
        if plan is not None:
            by_parts.setdefault(plan.parts, plan)
    return sorted(by_parts.values(), key=lambda plan: len(plan.parts))


def offered(
    ways: Sequence[PlanTerms], dues: Sequence[Due], charges: int, signed_on: date
) -> list[tuple[PlanTerms, Plan]]:
    """The plans of several terms together, each with its terms; of two with the same key the first counts."""
    by_key: dict[str, tuple[PlanTerms, Plan]] = {}
    for terms in ways:
        for plan in plans(terms, dues, charges, signed_on):
            by_key.setdefault(plan.key, (terms, plan))
    return sorted(by_key.values(), key=lambda pair: len(pair[1].parts))


def nearest(terms: PlanTerms, dues: Sequence[Due], charges: int, signed_on: date) -> Plan | None:
    """The most payments that fit up to the largest number proposed: for who joins when none of the numbers fits."""
    order = _order(dues, charges, signed_on)
    counts = range(max(terms.counts, default=1), 0, -1)
    return next((plan for count in counts if (plan := _counted(terms, str(count), count, order))), None)


def plan_problems(terms: PlanTerms, least_total: int, days: Sequence[date]) -> list[Problem]:
    """Why an offer cannot propose these terms, in French, with what to change; nothing when it can.

    `least_total` is the smallest contract in cents, `days` its deliveries. A number of payments for which the season
    has not enough days is a problem; one that is too large for the smallest contract is none while another fits.
    """
    if not terms.counts and not terms.per:
        return [Problem(_("Proposez au moins un nombre de paiements."), "counts")]
    if not terms.counts or not days or least_total <= 0:
        return []
    order = _smallest_order(terms, least_total, days)
    return _day_problems(terms, order) or _amount_problems(terms, order)


def _smallest_order(terms: PlanTerms, total: int, days: Sequence[date]) -> _Order:
    """The contract spread over its deliveries, signed a month before or, within a year, for the first payment asked."""
    ordered = sorted(set(days))
    shares = split(Cents(total), [1] * len(ordered))
    dues = [Due(day, cents, 0, 1) for day, cents in zip(ordered, shares, strict=True)]
    asked = terms.listed[:1] if terms.dates == "listed" else (terms.starts_on,)
    early = min(day for day in (ordered[0] - _MONTH_BEFORE, *asked) if day)
    return _Order(dues, 0, max(early, ordered[0] - _YEAR_BEFORE))


def _day_problems(terms: PlanTerms, order: _Order) -> list[Problem]:
    last = max(due.day for due in order.dues)
    wanted, most = terms.counts[-1], len(_candidates(terms, order))
    late = [day for day in terms.listed if day > last] if terms.dates == "listed" else []
    if late:
        message = _("La date du %(day)s vient après la dernière livraison, le %(last)s : choisissez-en une plus tôt.")
        return [Problem(message % {"day": long_day(day), "last": long_day(last)}, "listed") for day in late]
    if wanted <= most:
        return []
    words = {"count": _payments(wanted), "last": long_day(last), "most": _payments(most)}
    if not most and terms.amounts == "ahead":
        return [Problem(_("Le premier paiement vient après la première livraison : choisissez-le plus tôt."), "dates")]
    if not most:
        return [Problem(_("Choisissez au moins une date de paiement avant le %(last)s.") % words, "dates")]
    message = _(
        "Il n’y a pas assez de dates pour %(count)s avant la dernière livraison, le %(last)s. "
        "Proposez au plus %(most)s."
    )
    return [Problem(message % words, "counts")]


def _amount_problems(terms: PlanTerms, order: _Order) -> list[Problem]:
    if any(_counted(terms, "", count, order) for count in terms.counts):
        return []
    fitting = nearest(terms, *order)
    words = {
        "total": format_euros(order.cents),
        "count": terms.counts[0],
        "least": format_euros(terms.smallest),
        "most": _payments(len(fitting.parts) if fitting else 1),
    }
    message = _(
        "Le plus petit contrat fait %(total)s : il ne se paie pas en %(count)s paiements. Proposez au plus %(most)s."
    )
    if terms.smallest:
        message = _(
            "Le plus petit contrat fait %(total)s : il ne se paie pas en %(count)s chèques d’au moins %(least)s. "
            "Proposez au plus %(most)s."
        )
    return [Problem(message % words, "counts")]


def _payments(count: int) -> str:
    return ngettext("%(n)s paiement", "%(n)s paiements", count)


def _order(dues: Sequence[Due], charges: int, signed_on: date) -> _Order:
    if charges < 0 or any(due.cents < 0 for due in dues):
        raise ValueError(charges)
    return _Order(dues, charges, signed_on)


def _counted(terms: PlanTerms, key: str, count: int, order: _Order) -> Plan | None:
    """The plan of that many payments, if it fits."""
    days = _days(terms, count, order)
    if count < 1 or len(days) < count:
        return None
    amounts = _amounts(terms, days, order)
    return _plan(terms, key, list(zip(days, amounts, strict=True))) if amounts else None


def _plan(terms: PlanTerms, key: str, payments: Sequence[tuple[date, int]]) -> Plan | None:
    least = terms.smallest if len(payments) > 1 else 1
    if min(cents for _day, cents in payments) < max(least, 1):
        return None
    return Plan(key=key, parts=tuple(Part(due_on=day, cents=Cents(cents)) for day, cents in payments))


def _following(terms: PlanTerms, order: _Order) -> Plan | None:
    """The plan whose count follows the order."""
    if terms.per == "quantity":
        baskets: dict[date, int] = defaultdict(int)
        for due in order.dues:
            baskets[due.day] += due.quantity
        return _counted(terms, terms.per, max(baskets.values(), default=0), order)
    if not terms.per:
        return None
    sums: dict[tuple[date, int], int] = defaultdict(int)
    for due in order.dues:
        if due.cents:
            sums[due.day, due.offer_product_id if terms.per == "delivery_product" else 0] += due.cents
    payments = [(day, cents) for (day, _product), cents in sorted(sums.items())]
    if not payments or payments[-1][0] > valid_until(terms, order.signed_on):
        return None
    payments[0] = payments[0][0], payments[0][1] + order.charges
    return _plan(terms, terms.per, payments)


def valid_until(terms: PlanTerms, signed_on: date) -> date:
    """The last day on which a cheque written that day can be cashed."""
    return signed_on + timedelta(days=terms.cheque_days) if terms.cheque_days else date.max


def _days(terms: PlanTerms, count: int, order: _Order) -> list[date]:
    """The days of that many payments; fewer when there are not enough."""
    days = _candidates(terms, order)
    if terms.dates == "delivery" and count <= len(days):
        return [days[number * len(days) // count] for number in range(count)]
    return days[:count]


def _candidates(terms: PlanTerms, order: _Order) -> list[date]:
    """All days on which a payment may be due, in order."""
    end = valid_until(terms, order.signed_on)
    if order.dues and terms.dates != "free":
        end = min(end, max(order.signed_on, *(due.day for due in order.dues)))
    days = [day for day in _by_kind(terms, order, end) if day <= end]
    return _useful(days, order) if terms.amounts == "ahead" else days


def _by_kind(terms: PlanTerms, order: _Order, end: date) -> list[date]:
    if terms.dates == "listed":
        return sorted({max(day, order.signed_on) for day in terms.listed})
    if terms.dates == "delivery":
        return order.days
    if terms.dates == "first_delivery":
        return _first_of_each(order.days, terms.every_months)
    first = max(order.signed_on, terms.starts_on or order.signed_on)
    return list(islice(takewhile(lambda day: day <= end, _months(first, terms.every_months)), MOST_PAYMENTS))


def _months(first: date, every: int) -> Iterator[date]:
    """The day, then the first of each of the months that follow."""
    yield first
    month = first.year * 12 + first.month - 1 + every
    while month < date.max.year * 12:
        yield date(month // 12, month % 12 + 1, 1)
        month += every


def _first_of_each(days: Sequence[date], every: int) -> list[date]:
    """The first day of each group of calendar months."""
    firsts: dict[int, date] = {}
    for day in days:
        months = (day.year - days[0].year) * 12 + day.month - days[0].month
        firsts.setdefault(months // every, day)
    return list(firsts.values())


def _useful(days: Sequence[date], order: _Order) -> list[date]:
    """Those before which nothing comes unpaid, and until whose next something does."""
    if order.days and days and days[0] > order.days[0]:
        return []
    paid, useful = 0, []
    for day, covered in zip(days, _covered(days, order), strict=True):
        if covered > paid:
            useful.append(day)
        paid = covered
    return useful


def _covered(days: Sequence[date], order: _Order) -> list[int]:
    """What must have been paid by each of these days: all that comes before the next."""
    nexts = [later for _day, later in pairwise([*days, date.max])]
    return [order.charges + sum(due.cents for due in order.dues if due.day < later) for later in nexts]


def _amounts(terms: PlanTerms, days: Sequence[date], order: _Order) -> list[int]:
    """Amounts that add up to the order; none when they cannot be made."""
    total, count = order.cents, len(days)
    if count == 1:
        return [total]
    if terms.amounts == "ahead":
        return _ahead(terms, days, order)
    if terms.amounts == "whole_euros":
        each = (2 * total + count * _EURO) // (2 * count * _EURO) * _EURO
        return [each] * (count - 1) + [total - each * (count - 1)]
    return _equal(terms, total, count)


def _ahead(terms: PlanTerms, days: Sequence[date], order: _Order) -> list[int]:
    sums = [min(order.cents, -(-covered // terms.step) * terms.step) for covered in _covered(days, order)]
    return [after - before for before, after in pairwise([0, *sums[:-1], order.cents])]


def _equal(terms: PlanTerms, total: Cents, count: int) -> list[int]:
    if terms.even and total % count == 0:
        return [total // count] * count
    if total // terms.step < count:
        return []
    if terms.remainder == "first":
        return list(instalments(total, count, terms.step))
    rest = total % terms.step
    parts = instalments(Cents(total - rest), count, terms.step)[::-1]
    return [*parts[:-1], parts[-1] + rest]
