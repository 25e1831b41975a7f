"""The tabs of an offer: its dates and their generator, its products with the matrix, its subscriptions."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.documents import Cell, Column, Document, Table
from courtil.domain.calendar import MOST_DATES, holidays_among, occurrences
from courtil.domain.fields import Day, FormModel, MaybeDay, MaybeWhole, Whole
from courtil.domain.problems import Problem, Refused
from courtil.domain.school import Zone, school_holidays_among, unknown_years
from courtil.domain.states import ContractState, label
from courtil.domain.words import N_, _
from courtil.services import access, added, contracts, farms, offer_parts, offers
from courtil.services.offer_parts import OfferProductData
from courtil.services.quantities import in_words, quantities_of, varying
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Household
from courtil.web.attempts import attempt
from courtil.web.downloads import download
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.offers import help_page, offer_url, tabs
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import number, path_int, version_of

BLANK_DATES = 3
"""Empty date fields under the list, for what no rule gives."""


REGULAR = ("first", "every_weeks", "count", "last", "holidays")
"""The fields of the generator; school holidays follow where the AMAP has a zone."""


class DatesData(FormModel):
    """A regular row of dates."""

    first: Day = Field(title=N_("Première date"))
    every_weeks: Whole = Field(1, ge=1, le=12, title=N_("Toutes les … semaines"))
    count: MaybeWhole = Field(None, title=N_("Nombre de dates"), description=N_("Ou remplissez la dernière date."))
    last: MaybeDay = Field(None, title=N_("Dernière date"))
    holidays: bool = Field(default=True, title=N_("Laisser de côté les jours fériés"))
    school: bool = Field(default=False, title=N_("Laisser de côté les vacances scolaires"))


def _visible(request: Request, reader: Reader, permission: str = "offers.read") -> Offer:
    return offers.visible(reader, path_int(request, "offer_id"), permission)


def _days(found: Offer) -> list[date]:
    return sorted(one.delivery.distribution.day for one in found.dates)


def _proposed(form: Form[DatesData], request: Request) -> list[date] | None:
    """The dates of the generator, if it was filled in."""
    if "first" not in request.query_params or not form.read(FormData(list(request.query_params.multi_items()))):
        return None
    value = form.value
    assert value is not None
    try:
        return occurrences(value.first, every_weeks=value.every_weeks, count=value.count, last=value.last)
    except ValueError:
        form.refuse(Problem(_("Donnez un nombre de dates (120 au plus) ou une dernière date."), "count"))
        return None


@page("/contrats/{offer_id:int}/dates", needs="offers.read")
def offer_dates(request: Request, reader: Reader) -> Response:
    """The dates, and those that the generator proposes."""
    found = _visible(request, reader)
    form = Form(DatesData, {"first": offer_parts.first_day(reader, found)})
    proposed = _proposed(form, request)
    kept = set(_days(found))
    left_out = _left_out(request) - kept
    if proposed:
        fixed = holidays_among(proposed) if form.value and form.value.holidays else {}
        closed = school_holidays_among(proposed, _zone(reader)) if form.value and form.value.school else {}
        left_out |= {day for day in proposed if day in fixed or day in closed} - kept
        kept |= set(proposed) - left_out
    return _dates_page(request, reader, found, form, kept=kept, shown=sorted(kept | left_out))


def _zone(reader: Reader) -> Zone:
    return amap_settings(reader).school_zone


def _left_out(request: Request) -> set[date]:
    """The dates that were left out when the offer was renewed; what is no date is nothing."""
    found = set()
    for word in request.query_params.get("pauses", "").split(",")[:MOST_DATES]:
        with suppress(ValueError):
            found.add(date.fromisoformat(word))
    return found


def _dates_page(
    request: Request, reader: Reader, found: Offer, form: Form[DatesData], *, kept: set[date], shown: Sequence[date],
    problems: Sequence[Problem] = (),
) -> Response:  # fmt: skip
    assert reader.actor is not None
    status = 422 if problems or form.errors else 200
    zone = _zone(reader)
    unknown = unknown_years(shown, zone)
    moved = {o.delivery.distribution.day: o.delivery for o in found.dates}
    return render(
        request, "offers/dates.html", status, page_title=found.name, help_url=help_page(request, "offres"), offer=found,
        tabs=tabs(request, reader, found, "offer_dates"), form=form, kept=kept, shown=shown, saved=moved,
        holidays=holidays_among(shown), school=school_holidays_among(shown, zone), blanks=BLANK_DATES,
        skipped=[day for day in shown if day not in kept], unknown=[f"{year}-{year + 1}" for year in unknown],
        fields=[*REGULAR, *(["school"] if zone else [])], problems=problems,
        may_write=reader.allows("offers.write", found),
    )  # fmt: skip


def _typed_days(data: FormData) -> tuple[set[date], list[Problem]]:
    adapter: TypeAdapter[date] = TypeAdapter(Day)
    days, problems = set(), []
    for text in (*data.getlist("day"), *data.getlist("more")):
        if not isinstance(text, str) or not text.strip():
            continue
        try:
            days.add(adapter.validate_python(text))
        except ValidationError:
            problems.append(
                Problem(_("« %(text)s » n’est pas une date, par exemple 26/11/2026.") % {"text": text[:20]})
            )
    return days, problems


@page("/contrats/{offer_id:int}/dates", needs="offers.write", writes=True)
def set_offer_dates(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep exactly the ticked dates and the added ones."""
    found = _visible(request, unit, "offers.write")
    target = "offer_dates" if found.products else "offer_products"
    days, problems = _typed_days(data)
    problems = problems or attempt(unit, lambda: offer_parts.set_dates(unit, found.id, sorted(days), version_of(data)))
    if problems:
        found = offers.offer(unit, found.id)
        form = Form(DatesData, {"first": found.season.starts_on})
        shown = sorted(days | set(_days(found)))
        return _dates_page(request, unit, found, form, kept=days, shown=shown, problems=problems)
    return redirect(request, offer_url(request, found.id, target), _("Les dates sont enregistrées."))


@page("/contrats/{offer_id:int}/produits", needs="offers.read")
def offer_products(request: Request, reader: Reader) -> Response:
    """Products, prices, and which comes when."""
    found = _visible(request, reader)
    known = {one.product_id: one for one in found.products}
    typed = {key: _shown(one.price_cents, one.stock, one.most) for key, one in known.items()}
    return _products_page(request, reader, found, typed)


def _shown(price: int | None, stock: int | None, most: int | None) -> dict[str, str]:
    euros = "" if price is None else f"{price // 100},{price % 100:02d}"
    return {"price": euros, "stock": "" if stock is None else str(stock), "most": "" if most is None else str(most)}


def _products_page(
    request: Request, reader: Reader, found: Offer, typed: dict[int, dict[str, str]], problems: Sequence[Problem] = ()
) -> Response:
    assert reader.actor is not None
    farm = farms.farm(reader, found.farm_id)
    products = [one for one in farm.products if one.archived_at is None or one.id in typed]
    proposals = {one.id: typed.get(one.id) or _shown(one.price_cents, None, None) for one in products}
    return render(
        request, "offers/products.html", 422 if problems else 200, page_title=found.name, offer=found,
        help_url=help_page(request, "offres"), tabs=tabs(request, reader, found, "offer_products"), products=products,
        ticked=set(typed), values=proposals, problems=problems, absences=offer_parts.absences(reader, found.id),
        errors={problem.field: problem.message for problem in problems if problem.field},
        dates=sorted(found.dates, key=lambda one: one.delivery.distribution.day),
        may_write=reader.allows("offers.write", found),
    )  # fmt: skip


def _typed_products(data: FormData) -> tuple[dict[int, dict[str, str]], list[OfferProductData], list[Problem]]:
    typed, products, problems = {}, [], []
    for key in [key for text in data.getlist("product") if (key := number(text)) is not None][:200]:
        row = {name: str(data.get(f"{name}-{key}") or "") for name in ("price", "stock", "most")}
        typed[key] = row
        try:
            products.append(OfferProductData.model_validate({"product_id": key, "price_cents": row["price"], **row}))
        except ValidationError as error:
            for detail in error.errors():
                where = str(detail["loc"][0]).replace("price_cents", "price")
                words = detail.get("ctx", {}).get("message") if detail["type"] == "courtil" else None
                problems.append(Problem(_(str(words or N_("Cette valeur n’est pas possible."))), f"{where}-{key}"))
    return typed, products, problems


@page("/contrats/{offer_id:int}/produits", needs="offers.write", writes=True)
def set_offer_products(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep exactly the ticked products at these prices."""
    found = _visible(request, unit, "offers.write")
    typed, products, problems = _typed_products(data)
    problems = problems or attempt(unit, lambda: offer_parts.set_products(unit, found.id, products, version_of(data)))
    if problems:
        return _products_page(request, unit, offers.offer(unit, found.id), typed, problems)
    return redirect(
        request, offer_url(request, found.id, "offer_products"), _("Les produits et les prix sont enregistrés.")
    )


@page("/contrats/{offer_id:int}/livraisons", needs="offers.write", writes=True)
def set_offer_matrix(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep exactly the ticked cells: product × date."""
    found = _visible(request, unit, "offers.write")
    cells = [text.split("-") for text in data.getlist("cell") if isinstance(text, str)]
    pairs = [tuple(number(part) for part in cell) for cell in cells if len(cell) == 2]
    present = {(pair[0], pair[1]) for pair in pairs if pair[0] is not None and pair[1] is not None}
    if problems := attempt(unit, lambda: offer_parts.set_matrix(unit, found.id, present, version_of(data))):
        raise Refused(*problems)
    return redirect(
        request, offer_url(request, found.id, "offer_products"), _("Les livraisons des produits sont enregistrées.")
    )


@page("/contrats/{offer_id:int}/souscriptions", needs="contracts.read")
def offer_contracts(request: Request, reader: Reader) -> Response:
    """Who subscribed, and subscribing for a household."""
    found = _visible(request, reader)
    access.require(reader, "contracts.read", found)
    may_write = reader.allows("contracts.write", found)
    signed = contracts.of_offer(reader, found.id, reader.seen("contracts.read", Contract))
    taken = {one.household_id for one in signed if one.state not in {ContractState.CANCELLED, ContractState.TERMINATED}}
    told = access.added(reader, "people.read", Household)
    query = select(Household).where(Household.archived_at.is_(None), told).order_by(Household.search)
    others = [one for one in reader.all(query) if one.id not in taken] if may_write else []
    names = {one.id: one.product.name for one in found.products}
    return render(
        request, "offers/contracts.html", page_title=found.name, help_url=help_page(request, "contrats"), offer=found,
        tabs=tabs(request, reader, found, "offer_contracts"), contracts=signed, others=others, may_write=may_write,
        baskets={key: in_words(one, names) for key, one in quantities_of(signed).items()},
    )  # fmt: skip


def _listed(reader: Reader, found: Offer, signed: Sequence[Contract]) -> Document:
    more = added.to_export(reader, "contract", [one.id for one in signed])
    quantities = quantities_of(signed)
    in_all = varying(quantities)
    names = {one.id: _("%(name)s, en tout") % {"name": one.product.name} if one.id in in_all else one.product.name
             for one in found.products}  # fmt: skip
    columns = (
        Column(label=_("Foyer")), *(Column(label=name, kind="number") for name in names.values()),
        Column(label=_("Total"), kind="cents"), Column(label=_("État")), *(Column(label=one.label) for one in more),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.household.name, *(_number(quantities[one.id].get(key, ()), in_all=key in in_all) for key in names),
            one.total_cents, label(one.state), *(column.texts.get(one.id, "") for column in more),
        )
        for one in signed
    )  # fmt: skip
    table = Table(caption=_("Souscriptions"), columns=columns, rows=rows, empty=_("Aucun foyer n’a souscrit."))
    title = _("Souscriptions : %(name)s") % {"name": found.name}
    return Document(title=title, subtitle=found.season.name, amap=amap_settings(reader).name, blocks=(table,))


def _number(each: Sequence[int], *, in_all: bool) -> int:
    return sum(each) if in_all else next(iter(each), 0)


@page("/contrats/{offer_id:int}/souscriptions.{extension}", needs="contracts.read")
def offer_contracts_file(request: Request, reader: Reader) -> Response:
    """The subscriptions as PDF, XLSX or CSV."""
    found = _visible(request, reader, "contracts.read")
    document = _listed(reader, found, contracts.of_offer(reader, found.id, reader.seen("contracts.read", Contract)))
    return download(document, str(request.path_params["extension"]))
