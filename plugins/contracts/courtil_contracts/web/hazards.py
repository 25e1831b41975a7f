"""A shortfall at a delivery: said by a coordinator of the farm, seen household by household, done, and taken back."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    N_,
    Delivery,
    DeliveryState,
    Fragment,
    NotFound,
    OfferProduct,
    Problem,
    Product,
    Reader,
    Refused,
    Unit,
    View,
    _,
    attempt,
    number,
    page,
    path_int,
    redirect,
    render,
)
from courtil_contracts.domain.changes import Money
from courtil_contracts.services import hazards
from courtil_contracts.services.hazards import Shortfall
from courtil_contracts.tables import ContractHazard
from courtil_contracts.web.answers import done

MONEY: Mapping[Money, str] = {
    Money.CREDITED: N_("Le déduire de ce que doivent les foyers"),
    Money.KEPT: N_("Le laisser payé : foyers et ferme partagent le risque"),
    Money.MOVED: N_("Le rattraper à une autre livraison"),
}
TOLD: Mapping[Money, str] = {
    Money.CREDITED: N_("Déduit de ce que doivent les foyers."),
    Money.KEPT: N_("Reste payé : foyers et ferme partagent le risque."),
    Money.MOVED: N_("Rattrapé à une autre livraison."),
}
FIELDS = ("product", "fewer", "money", "target", "note")


def _delivery(request: Request, reader: Reader) -> Delivery:
    """A delivery of a farm that the actor looks after. Raises NotFound."""
    query = select(Delivery).where(Delivery.id == path_int(request, "delivery_id"))
    found = reader.one(query.options(joinedload(Delivery.farm), joinedload(Delivery.distribution)))
    if not reader.allows("deliveries.write", found):
        raise NotFound("delivery")
    return found


def _typed(data: FormData) -> dict[str, str]:
    return {name: value for name in FIELDS if isinstance(value := data.get(name), str)}


def _wanted(delivery: Delivery, typed: Mapping[str, str]) -> Shortfall:
    """What was typed. Raises Refused for what cannot be read."""
    product, fewer = number(typed.get("product", "")), number(typed.get("fewer", ""))
    if product is None or typed.get("money") not in set(hazards.MONEY):
        raise Refused(Problem(_("Choisissez le produit, et ce que devient ce qui manque."), "product"))
    money = Money(typed["money"])
    target = number(typed.get("target", "")) if money is Money.MOVED else None
    note = " ".join(typed.get("note", "").split())[:500]
    return Shortfall(delivery.id, product, fewer or 0, money, target, note)


def _page(
    request: Request, reader: Reader, delivery: Delivery, typed: Mapping[str, str], *,
    problems: Sequence[Problem] = (), plan: hazards.Plan | None = None,
) -> Response:  # fmt: skip
    return render(
        request, "contracts/hazard.html", 422 if problems else 200, page_title=_("Signaler un manque"),
        delivery_id=delivery.id, evening_id=delivery.distribution_id, farm=delivery.farm.name,
        day=delivery.distribution.day, products=hazards.products_at(reader, delivery.id),
        later=hazards.later(reader, delivery.id), money=[(one.value, _(MONEY[one])) for one in hazards.MONEY],
        typed=typed, problems=[one.message for one in problems], plan=plan, told=_told(reader, delivery.id),
    )  # fmt: skip


def _told(reader: Reader, delivery_id: int) -> list[dict[str, object]]:
    found: list[ContractHazard] = list(hazards.of_delivery(reader, delivery_id))
    keys = [one.offer_product_id for one in found]
    query = select(OfferProduct.id, Product.name).join(Product).where(OfferProduct.id.in_(keys))
    names = dict(map(tuple, reader.rows(query)))
    return [
        {
            "id": one.id, "money": _(TOLD.get(one.money, "")),
            "says": _("%(n)s « %(name)s » en moins pour chaque foyer") % {
                "n": one.fewer, "name": names.get(one.offer_product_id, "?")},
        }
        for one in found
    ]  # fmt: skip


@page("/livraison/{delivery_id:int}/manque", needs="deliveries.write")
def contracts_hazard(request: Request, reader: Reader) -> Response:
    """Say what is short, and what was said already."""
    return _page(request, reader, _delivery(request, reader), {})


@page("/livraison/{delivery_id:int}/manque/apercu", needs="deliveries.write", posted=True)
def contracts_preview_hazard(request: Request, reader: Reader, data: FormData) -> Response:
    """Whom it touches, before it is done."""
    delivery, typed = _delivery(request, reader), _typed(data)
    try:
        return _page(request, reader, delivery, typed, plan=hazards.plan(reader, _wanted(delivery, typed)))
    except Refused as refused:
        return _page(request, reader, delivery, typed, problems=refused.problems)


@page("/livraison/{delivery_id:int}/manque", needs="deliveries.write", writes=True)
def contracts_make_hazard(request: Request, unit: Unit, data: FormData) -> Response:
    """Do what was shown, for every household at once."""
    delivery, typed = _delivery(request, unit), _typed(data)
    stamp = str(data.get("stamp", ""))
    try:
        with unit.session.begin_nested():
            made = hazards.hazard(unit, _wanted(delivery, typed), stamp)
    except Refused as refused:
        return _page(request, unit, delivery, typed, problems=refused.problems)
    undo = f"/x/contracts/manques/{made.id}/annuler"
    url = f"/distributions/{delivery.distribution_id}"
    return redirect(request, url, _("Le manque est signalé. Les foyers sont prévenus dans une minute."), undo_url=undo)


@page("/manques/{hazard_id:int}/annuler", needs="deliveries.write", writes=True)
def contracts_undo_hazard(request: Request, unit: Unit, data: FormData) -> Response:
    """Take it back for every household."""
    made = unit.get(ContractHazard, path_int(request, "hazard_id"))
    if not unit.allows("deliveries.write", unit.get(Delivery, made.delivery_id)):
        raise NotFound("hazard")
    url = f"/x/contracts/livraison/{made.delivery_id}/manque"
    problems = attempt(unit, lambda: hazards.undo(unit, made.id))
    return done(request, url, problems, _("Le manque est repris : tout vient comme prévu."))


def of_delivery(view: View) -> list[Fragment]:
    """The way to this page, for who looks after the farm."""
    delivery = view.delivery
    if delivery.state == DeliveryState.CANCELLED or not view.reader.allows("deliveries.write", delivery):
        return []
    return [Fragment(template="contracts/delivery.html", context={"delivery": delivery})]
