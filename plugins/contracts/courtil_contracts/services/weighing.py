"""Goods weighed at delivery: what is left to pay or to give back once the real weight is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from courtil.api import (
    FRENCH,
    N_,
    Amendment,
    Cents,
    Charge,
    Contract,
    ContractLine,
    Delivery,
    DueLine,
    LineEffect,
    NotFound,
    Offer,
    Reader,
    Refused,
    Unit,
    _,
    amend,
    find_contract,
    format_euros,
    lines_in_words,
    long_day,
    spoken,
)
from courtil_contracts.domain.prices import by_weight, kilos, settlement
from courtil_contracts.services.terms import terms_of
from courtil_contracts.tables import ContractWeighing

MOST_GRAMS = 1_000_000
DAYS_BEFORE = 3
"""How long before a delivery its goods may be weighed: birds are, on the day they are killed."""


@dataclass(frozen=True)
class Weighed:
    """A line to weigh: what was paid in advance and the price of a kilogram in cents, the weight in grams."""

    line: DueLine
    offer_product_id: int
    kg_cents: int
    grams: int | None

    @property
    def key(self) -> str:
        """Contract and product, as a field's name has them."""
        return f"{self.line.contract_id}-{self.offer_product_id}"

    @property
    def difference(self) -> Cents | None:
        """What the household still owes, below zero what it gets back."""
        return None if self.grams is None else settlement(self.line.cents, by_weight(self.grams, self.kg_cents))


def to_weigh(reader: Reader, delivery_id: int) -> list[Weighed]:
    """The lines of weighed products that are handed out at this delivery, by household. The caller checks who asks."""
    offers = select(Contract.offer_id).join(ContractLine).where(ContractLine.delivery_id == delivery_id).distinct()
    terms = {key: terms_of(reader, key) for key in reader.all(select(Offer.id).where(Offer.id.in_(offers)))}
    kilos = {one.offer_product_id: one.kg_cents for each in terms.values() for one in each.products if one.kg_cents}
    if not kilos:
        return []
    known = {
        (one.contract_id, one.offer_product_id): one.grams
        for one in reader.all(select(ContractWeighing).where(ContractWeighing.delivery_id == delivery_id))
    }
    query = select(ContractLine.id, ContractLine.offer_product_id).where(ContractLine.delivery_id == delivery_id)
    of_line: dict[int, int] = dict(reader.rows(query))
    lines = lines_in_words(reader, Delivery.id == delivery_id, ContractLine.offer_product_id.in_(kilos))
    return [
        Weighed(line, product, kilos[product], known.get((line.contract_id, product)))
        for line in lines
        for product in [of_line[line.line_id]]
    ]


def first_day(delivery: Delivery) -> date:
    """From when on its goods may be weighed."""
    return delivery.planned_on - timedelta(days=DAYS_BEFORE)


def weigh(unit: Unit, delivery_id: int, grams: Mapping[str, int | None]) -> Sequence[Weighed]:
    """Keep these weights, by `Weighed.key`, and settle each difference with its household; None forgets a weight.

    Gives the lines whose weight changed. Raises NotFound for what is not to weigh there, Refused for an impossible
    weight or a contract that is over.
    """
    offers = select(Contract.offer_id).join(ContractLine).where(ContractLine.delivery_id == delivery_id).distinct()
    for offer_id in sorted(unit.all(offers)):
        unit.locked(Offer, offer_id)  # nobody orders nor changes anything between reading charges and writing them
    if (first := first_day(unit.get(Delivery, delivery_id))) > unit.today:
        raise Refused(_("Cette livraison est à venir. Pesez à partir du %(day)s.") % {"day": long_day(first)})
    lines = {one.key: one for one in to_weigh(unit, delivery_id)}
    if not grams.keys() <= lines.keys():
        raise NotFound("weighing")
    changed = [lines[key] for key, weight in grams.items() if weight != lines[key].grams]
    for one in sorted(changed, key=lambda one: one.line.contract_id):
        _settle(unit, delivery_id, one, grams[one.key])
    return changed


def _settle(unit: Unit, delivery_id: int, one: Weighed, grams: int | None) -> None:
    if grams is not None and not 0 < grams <= MOST_GRAMS:
        raise Refused(_("Écrivez un poids au-dessus de zéro, au plus une tonne."))
    query = select(ContractWeighing).where(
        ContractWeighing.contract_id == one.line.contract_id,
        ContractWeighing.offer_product_id == one.offer_product_id,
        ContractWeighing.delivery_id == delivery_id,
    )
    kept = unit.session.scalar(query)
    charges = [Charge(x.label, x.cents) for x in find_contract(unit, one.line.contract_id, fresh=True).charges]
    if kept is not None:
        mine = next((charge for charge in charges if charge.label == kept.label), None)
        charges = [charge for charge in charges if charge is not mine]
        unit.session.delete(kept)
        unit.session.flush()
    what = _label(unit, delivery_id, one, grams)
    if grams is not None:
        difference = settlement(one.line.cents, by_weight(grams, one.kg_cents))
        charges += [Charge(what, difference)] if difference else []
        unit.add(
            ContractWeighing(
                contract_id=one.line.contract_id, offer_product_id=one.offer_product_id, delivery_id=delivery_id,
                grams=grams, label=what,
            )
        )  # fmt: skip
    amend(unit, one.line.contract_id, Amendment(charges=charges), what)


def amend_weighed(unit: Unit, contract_id: int, wanted: Amendment, what: str) -> Amendment:
    """`amend`, then what was weighed already is settled anew: the household pays for the weight, whatever the advance.

    A line that is not due any more owes no difference; its weight is kept for when it is again.
    """
    before = amend(unit, contract_id, wanted, what)
    settle_anew(unit, contract_id)
    return before


def settle_anew(unit: Unit, contract_id: int) -> None:
    """Make the charges of weights say what the lines and weights of the contract make now."""
    kept = unit.all(select(ContractWeighing).where(ContractWeighing.contract_id == contract_id))
    if not kept:
        return
    found = find_contract(unit, contract_id, fresh=True)
    terms = terms_of(unit, found.offer_id)
    settled = [charge for one in kept for charge in _settlement(found, one, terms.of(one.offer_product_id).kg_cents)]
    labels = {one.label for one in kept}
    charges = [Charge(one.label, one.cents) for one in found.charges]
    if sorted(settled) != sorted(one for one in charges if one.label in labels):
        rest = [one for one in charges if one.label not in labels]
        amend(unit, contract_id, Amendment(charges=[*rest, *settled]), N_("pesées réglées de nouveau"))


def _settlement(found: Contract, one: ContractWeighing, kg_cents: int) -> list[Charge]:
    """The charge of one weight; none when it makes no difference or its line is not due."""
    place = (one.offer_product_id, one.delivery_id)
    lines = [line for line in found.lines if (line.offer_product_id, line.delivery_id) == place]
    advances = [line.quantity * line.unit_cents for line in lines if line.effect is LineEffect.DUE]
    difference = settlement(sum(advances), by_weight(one.grams, kg_cents)) if advances else 0
    return [Charge(one.label, difference)] if difference else []


@spoken(FRENCH)
def _label(unit: Unit, delivery_id: int, one: Weighed, grams: int | None) -> str:
    day = unit.get(Delivery, delivery_id).planned_on
    weight = "" if grams is None else kilos(grams)
    words = {
        "name": one.line.product[:100], "day": long_day(day), "weight": weight, "price": format_euros(one.kg_cents),
    }  # fmt: skip
    if grams is None:
        return _("« %(name)s » du %(day)s : poids retiré") % words
    return _("« %(name)s » du %(day)s, pesé %(weight)s kg à %(price)s le kg") % words
