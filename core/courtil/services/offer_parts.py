"""The parts of an offer: its dates, its products and prices, and the matrix of which comes when."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import flag_modified

from courtil.domain.calendar import MOST_DATES
from courtil.domain.contracts import MOST_BASKETS
from courtil.domain.events import OfferChanged
from courtil.domain.fields import Euros, FormModel, MaybeWhole, Whole, refuse
from courtil.domain.problems import Problem, Refused
from courtil.domain.states import BINDING, OfferState
from courtil.domain.words import N_, _
from courtil.services import deliveries
from courtil.services.availability import Cell, taken
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Product
from courtil.store.offers import Absence, Offer, OfferDate, OfferProduct


def _stock(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= 100_000:
        raise refuse(N_("Le stock est un nombre de paniers par date. Vide : pas de limite."))
    return value


def _most(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= MOST_BASKETS:
        raise refuse(N_("Le maximum par foyer va de 1 à 99. Vide : pas de limite."))
    return value


class OfferProductData(FormModel):
    """A product at the price of the offer; `stock` bounds one date over all households, `most` one household."""

    product_id: Whole
    price_cents: Euros
    stock: Annotated[MaybeWhole, AfterValidator(_stock)] = None
    most: Annotated[MaybeWhole, AfterValidator(_most)] = None


def first_day(reader: Reader, found: Offer) -> date:
    """A first date to propose: from today on in its season, on the weekday of the place's last distribution."""
    day = max(found.season.starts_on, reader.today)
    query = select(Distribution.day).where(Distribution.place_id == found.place_id)
    usual = reader.session.scalar(query.order_by(Distribution.day.desc()).limit(1))
    return day if usual is None else day + timedelta(days=(usual.weekday() - day.weekday()) % 7)


def set_dates(unit: Unit, offer_id: int, days: Sequence[date], version: int | None = None) -> Offer:
    """Give the offer exactly these dates. Raises Refused for a date that signed contracts count on, Stale."""
    found = _changeable(unit, offer_id, version)
    if put_dates(unit, found, days):
        _touch(unit, found)
        unit.record(OfferChanged(offer_id=found.id, name=found.name, what=N_("dates")))
    return found


def put_dates(unit: Unit, found: Offer, days: Sequence[date]) -> bool:
    """What `set_dates` does, without the log; whether anything changed."""
    if len(set(days)) > MOST_DATES:
        raise Refused(Problem(_("Un contrat compte au plus 120 dates."), "days"))
    query = select(OfferDate).where(OfferDate.offer_id == found.id)
    loads = joinedload(OfferDate.delivery).joinedload(Delivery.distribution)
    known = {one.delivery.distribution.day: one for one in unit.all(query.options(loads))}
    removed = [one for day, one in known.items() if day not in days]
    added = sorted(set(days) - set(known))
    _drop_dates(unit, removed)
    for delivery in deliveries.plan(unit, found.farm_id, found.place_id, added) if added else ():
        unit.session.add(OfferDate(offer_id=found.id, delivery_id=delivery.id))
    unit.session.flush()
    return bool(removed or added)


def _drop_dates(unit: Unit, removed: Sequence[OfferDate]) -> None:
    counted = _signed_on(unit, [one.offer_id for one in removed[:1]], [one.delivery_id for one in removed])
    if counted:
        days = ", ".join(f"{one.delivery.distribution.day:%d/%m/%Y}" for one in removed if one.delivery_id in counted)
        message = _("Des foyers ont signé pour : %(days)s. Annulez plutôt la livraison, dans le calendrier.")
        raise Refused(Problem(message % {"days": days}, "days"))
    ids = [one.id for one in removed]
    unit.execute(delete(Absence).where(Absence.offer_date_id.in_(ids)))
    unit.execute(delete(OfferDate).where(OfferDate.id.in_(ids)))
    for one in removed:
        _forget(unit, one.delivery)


def _forget(unit: Unit, delivery: Delivery) -> None:
    """Take a delivery that nothing counts on any more out of the calendar, and its evening when it is left empty."""
    used = or_(
        exists().where(OfferDate.delivery_id == delivery.id), exists().where(ContractLine.delivery_id == delivery.id)
    )  # fmt: skip
    evening = exists().where(Delivery.distribution_id == delivery.distribution_id)
    with suppress(IntegrityError), unit.session.begin_nested():  # a plugin may still need the row
        unit.execute(delete(Delivery).where(Delivery.id == delivery.id, ~used))
        unit.execute(delete(Distribution).where(Distribution.id == delivery.distribution_id, ~evening))


def _signed_on(unit: Unit, offer_ids: Collection[int], delivery_ids: Collection[int]) -> set[int]:
    query = (
        select(ContractLine.delivery_id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(
            Contract.offer_id.in_(offer_ids), ContractLine.delivery_id.in_(delivery_ids), Contract.state.in_(BINDING)
        )
        .distinct()
    )
    return set(unit.session.scalars(query))


def set_products(unit: Unit, offer_id: int, products: Sequence[OfferProductData], version: int | None = None) -> Offer:
    """Give the offer exactly these products, in order. Raises Refused for a product or price that was signed, Stale."""
    found = _changeable(unit, offer_id, version)
    put_products(unit, found, products)
    _touch(unit, found)
    unit.record(OfferChanged(offer_id=found.id, name=found.name, what=N_("produits et prix")))
    return found


def put_products(unit: Unit, found: Offer, products: Sequence[OfferProductData]) -> None:
    """What `set_products` does, without the log."""
    query = select(OfferProduct).where(OfferProduct.offer_id == found.id).options(joinedload(OfferProduct.product))
    known = {one.product_id: one for one in unit.all(query)}
    signed, kept = _signed_products(unit, found.id), {data.product_id for data in products}
    _check_products(unit, found, products, known)
    _drop_products(unit, [one for key, one in known.items() if key not in kept], signed)
    for position, data in enumerate(products):
        row = known.get(data.product_id)
        if row is None:
            unit.session.add(OfferProduct(offer_id=found.id, position=position, **data.model_dump()))
            continue
        if row.id in signed and row.price_cents != data.price_cents:
            message = _("Des foyers ont signé au prix actuel de « %(name)s » : il ne peut plus changer.")
            raise Refused(Problem(message % {"name": row.product.name}, f"price-{data.product_id}"))
        row.price_cents, row.stock, row.most, row.position = data.price_cents, data.stock, data.most, position
    unit.session.flush()


def _check_products(
    unit: Unit, found: Offer, products: Sequence[OfferProductData], known: dict[int, OfferProduct]
) -> None:
    wanted = [data.product_id for data in products]
    query = select(Product.id).where(Product.id.in_(wanted), Product.farm_id == found.farm_id)
    if len(set(wanted)) != len(wanted) or set(unit.all(query)) != set(wanted):
        raise Refused(Problem(_("Choisissez des produits de cette ferme, une fois chacun."), "products"))
    engaged = _largest(taken(unit, found.id)) if known else {}
    for data in products:
        row = known.get(data.product_id)
        if row is not None and data.stock is not None and data.stock < engaged.get(row.id, 0):
            message = _("Des foyers ont déjà pris %(n)s « %(name)s » : le stock ne peut pas être plus petit.")
            words = {"n": engaged[row.id], "name": row.product.name}
            raise Refused(Problem(message % words, f"stock-{data.product_id}"))


def _largest(engaged: dict[Cell, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for (product, _delivery), count in engaged.items():
        found[product] = max(found.get(product, 0), count)
    return found


def _drop_products(unit: Unit, removed: Sequence[OfferProduct], signed: set[int]) -> None:
    for one in removed:
        if one.id in signed:
            message = _("Des foyers ont signé pour « %(name)s » : ce produit reste au contrat.")
            raise Refused(Problem(message % {"name": one.product.name}, "products"))
    ids = [one.id for one in removed]
    unit.execute(delete(Absence).where(Absence.offer_product_id.in_(ids)))
    unit.execute(delete(OfferProduct).where(OfferProduct.id.in_(ids)))


def _signed_products(unit: Unit, offer_id: int) -> set[int]:
    """Products that appear in a contract; cancelled ones count too, since their lines stay as evidence."""
    query = (
        select(ContractLine.offer_product_id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(Contract.offer_id == offer_id)
        .distinct()
    )
    return set(unit.session.scalars(query))


def absences(reader: Reader, offer_id: int) -> set[tuple[int, int]]:
    """The empty cells of the matrix: (product of the offer, date of the offer)."""
    query = select(Absence).join(OfferDate, OfferDate.id == Absence.offer_date_id).where(OfferDate.offer_id == offer_id)
    return {(one.offer_product_id, one.offer_date_id) for one in reader.all(query)}


def set_matrix(unit: Unit, offer_id: int, present: Collection[tuple[int, int]], version: int | None = None) -> Offer:
    """Say which product comes on which date: (product of the offer, date of the offer) pairs.

    Pairs that are not of this offer are ignored. Raises Refused for a tick that signed contracts count on, Stale.
    """
    found = _changeable(unit, offer_id, version)
    products, dates = _axes(unit, offer_id)
    before = absences(unit, offer_id)
    after = {(p, d) for p in products for d in dates} - set(present)
    counted = taken(unit, offer_id)
    for product, one in after - before:
        if counted.get((product, dates[one].delivery_id)):
            message = _("Des foyers ont signé pour « %(name)s » le %(day)s. Annulez plutôt la livraison.")
            words = {"name": products[product].product.name, "day": f"{dates[one].delivery.distribution.day:%d/%m/%Y}"}
            raise Refused(Problem(message % words, "matrix"))
    for product, one in before - after:
        unit.execute(delete(Absence).where(Absence.offer_product_id == product, Absence.offer_date_id == one))
    unit.session.add_all(Absence(offer_product_id=product, offer_date_id=one) for product, one in after - before)
    if before != after:
        _touch(unit, found)
        unit.record(OfferChanged(offer_id=found.id, name=found.name, what=N_("livraisons des produits")))
    return found


def _axes(unit: Unit, offer_id: int) -> tuple[dict[int, OfferProduct], dict[int, OfferDate]]:
    whole = unit.one(
        select(Offer)
        .where(Offer.id == offer_id)
        .options(
            selectinload(Offer.products).joinedload(OfferProduct.product),
            selectinload(Offer.dates).joinedload(OfferDate.delivery).joinedload(Delivery.distribution),
        )
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in whole.products}, {one.id: one for one in whole.dates}


def _touch(unit: Unit, found: Offer) -> None:
    """Its parts changed: forms opened on the offer before are stale."""
    flag_modified(found, "name")
    unit.session.flush()


def _changeable(unit: Unit, offer_id: int, version: int | None) -> Offer:
    found = unit.locked(Offer, offer_id)
    unit.unchanged_since(found, version)
    if found.state in {OfferState.FINISHED, OfferState.ARCHIVED}:
        raise Refused(_("Ce contrat est terminé : il ne change plus. Reconduisez-le pour une autre saison."))
    return found
