"""An offer as its farm reads it before it opens: dates, products, which comes when, and every term as a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from courtil.api import (
    Cents,
    Delivery,
    Distribution,
    Offer,
    OfferDate,
    PaymentMethod,
    Reader,
    _,
    format_euros,
    label,
    matrix,
    ngettext,
)
from courtil_contracts.domain.said import counts, product_notes, sentences
from courtil_contracts.services.kinds import clauses, facts
from courtil_contracts.services.terms import terms_of


@dataclass(frozen=True)
class SaidProduct:
    """One product: its price in euros, what is particular, and the days it does not come."""

    id: int
    name: str
    unit: str
    price: str
    notes: Sequence[str]


@dataclass(frozen=True)
class Said:
    """The whole offer in words; `comes` are the (product, day) cells of the matrix."""

    days: Sequence[date]
    products: Sequence[SaidProduct]
    comes: frozenset[tuple[int, date]]
    sentences: Sequence[str]

    @property
    def whole(self) -> bool:
        """Whether every product comes on every day."""
        return len(self.comes) == len(self.days) * len(self.products)


def said(reader: Reader, offer: Offer) -> Said:
    """The offer, loaded with its products, said back."""
    query = select(Distribution.day).join(Delivery, Delivery.distribution_id == Distribution.id)
    query = query.join(OfferDate, OfferDate.delivery_id == Delivery.id).where(OfferDate.offer_id == offer.id)
    terms = terms_of(reader, offer.id)
    return Said(
        days=sorted(reader.all(query)),
        products=[
            SaidProduct(
                one.id, one.product.name, one.product.unit, format_euros(Cents(one.price_cents)),
                [*product_notes(terms.of(one.id)), *_bounds(one.stock, one.most)],
            )
            for one in offer.products
        ],
        comes=frozenset((cell.offer_product_id, cell.day) for cell in matrix(reader, offer.id)),
        sentences=[*_terms(reader, offer), *_offer(offer)],
    )  # fmt: skip


def _terms(reader: Reader, offer: Offer) -> list[str]:
    """The core's own kinds have their payments in the offer, those of the plugin in their terms."""
    if not offer.kind.startswith("contracts."):
        return [_("Paiement %(how)s.") % {"how": counts(offer.instalment_counts)}]
    known = facts(reader, offer.id)
    needs = known.terms.needs_offer_id
    other = [_("Il faut déjà le contrat « %(name)s ».") % {"name": reader.get(Offer, needs).name}] if needs else []
    return [*clauses(known), *sentences(known.terms), *other]


def _offer(offer: Offer) -> list[str]:
    methods = ", ".join(label(PaymentMethod(one)) for one in offer.methods)
    found = [_("Moyens de paiement : %(methods)s.") % {"methods": methods}] if methods else []
    if offer.places is not None:
        found.append(ngettext("%(n)s foyer au plus.", "%(n)s foyers au plus.", offer.places))
    return found


def _bounds(stock: int | None, most: int | None) -> list[str]:
    said_ = [] if stock is None else [_("%(n)s par date au plus, tous foyers ensemble") % {"n": stock}]
    return said_ if most is None else [*said_, _("%(n)s par foyer au plus") % {"n": most}]
