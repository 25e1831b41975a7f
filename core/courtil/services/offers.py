"""Offers (contrats vierges): what is filled in, the list, one offer with all its parts, next season from the last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from courtil.domain.calendar import Moved, shifted
from courtil.domain.events import OfferChanged
from courtil.domain.fields import FormModel, MaybeDay, MaybeWhole, Required, Text, Whole, refuse
from courtil.domain.problems import Problem, Refused
from courtil.domain.states import BINDING, OfferState, PaymentMethod
from courtil.domain.words import N_, _
from courtil.plugin.payloads import Reader as Reading
from courtil.services import access, offer_parts
from courtil.services.availability import subscribed
from courtil.services.changes import put
from courtil.services.kinds import kind_of, kinds
from courtil.services.offer_parts import OfferProductData
from courtil.services.unit import Reader, Unit
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm
from courtil.store.offers import Absence, Offer, OfferDate, OfferProduct


def _some_places(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 10_000:
        raise refuse(N_("Écrivez un nombre de foyers, au moins 1. Laissez vide s’il n’y a pas de limite."))
    return value


def _counts(value: list[int]) -> list[int]:
    if not value or min(value) < 1 or max(value) > 24:
        raise refuse(N_("Choisissez au moins un nombre de paiements, entre 1 et 24."))
    return sorted(set(value))


class OfferData(FormModel):
    """What one fills in about an offer; its dates and its products come after."""

    season_id: Whole = Field(title=N_("Saison"))
    farm_id: Whole = Field(title=N_("Ferme"))
    place_id: Whole = Field(title=N_("Lieu de distribution"))
    name: Required = Field(title=N_("Nom du contrat"), description=N_("Par exemple : Légumes, Pain, Œufs."))
    kind: Required = Field("fixed", title=N_("Comment les foyers choisissent"))
    closes_on: MaybeDay = Field(
        None, title=N_("Dernier jour pour signer"), description=N_("Vide : tant que le contrat est ouvert.")
    )
    places: Annotated[MaybeWhole, AfterValidator(_some_places)] = Field(
        None, title=N_("Nombre de foyers au plus"), description=N_("Vide : pas de limite.")
    )
    instalment_counts: Annotated[list[int], AfterValidator(_counts)] = Field(
        default_factory=lambda: [1], title=N_("Nombre de paiements au choix")
    )
    instalment_step: Whole = Field(1, ge=1, le=10_000, title=N_("Arrondi des paiements"))
    methods: list[PaymentMethod] = Field(
        default_factory=lambda: [PaymentMethod.CHEQUE], min_length=1, title=N_("Moyens de paiement")
    )
    presentation: Text = Field("", title=N_("Présentation"), description=N_("Les foyers la lisent avant de choisir."))
    price_note: Text = Field("", title=N_("Comment le prix a été fixé"))
    terms: Text = Field(
        "", title=N_("Clauses de ce contrat"),
        description=N_("Absences, paniers non retirés, départ : le foyer les relit avant de signer."),
    )  # fmt: skip


LABELLED = {"farm_id", "place_id", "season_id", "terms", "price_note"}
"""What signed contracts say in their text: it cannot change under them."""


@dataclass(frozen=True)
class OfferSummary:
    """One line of the list."""

    offer: Offer
    households: int
    first: date | None = None
    last: date | None = None
    deliveries: int = 0

    @property
    def left(self) -> int | None:
        """Places left; None without a limit."""
        return None if self.offer.places is None else max(0, self.offer.places - self.households)


@dataclass(frozen=True)
class OfferFilter:
    """Which offers a list shows."""

    season_id: int | None = None
    states: Sequence[OfferState] = ()


def offer(reader: Reader, offer_id: int) -> Offer:
    """The offer with its farm, place, season, products and dates. Raises NotFound."""
    return reader.one(
        select(Offer)
        .where(Offer.id == offer_id)
        .options(
            joinedload(Offer.farm), joinedload(Offer.place), joinedload(Offer.season),
            selectinload(Offer.products).joinedload(OfferProduct.product),
            selectinload(Offer.dates).joinedload(OfferDate.delivery).joinedload(Delivery.distribution),
        )
        .execution_options(populate_existing=True)
    )  # fmt: skip


def proposed(reader: Reading, offer_id: int) -> Offer:
    """The offer with its farm, place, season and products, without its dates. Raises NotFound."""
    return reader.one(
        select(Offer)
        .where(Offer.id == offer_id)
        .options(
            joinedload(Offer.farm), joinedload(Offer.place), joinedload(Offer.season),
            selectinload(Offer.products).joinedload(OfferProduct.product),
        )
    )  # fmt: skip


def offers(reader: Reader, wanted: OfferFilter | None = None, *conditions: ColumnElement[bool]) -> list[OfferSummary]:
    """Offers that meet the conditions, by season (newest first) and name."""
    wanted = wanted or OfferFilter()
    query = (
        select(Offer)
        .join(Season, Season.id == Offer.season_id)
        .where(*conditions)
        .options(joinedload(Offer.farm), joinedload(Offer.season), joinedload(Offer.place))
        .order_by(Season.starts_on.desc(), Season.id, Offer.name, Offer.id)
    )
    if wanted.season_id is not None:
        query = query.where(Offer.season_id == wanted.season_id)
    if wanted.states:
        query = query.where(Offer.state.in_(wanted.states))
    found = reader.all(query)
    ids = [one.id for one in found]
    counts, spans = subscribed(reader, ids), _spans(reader, ids)
    return [OfferSummary(one, counts.get(one.id, 0), *spans.get(one.id, (None, None, 0))) for one in found]


def _spans(reader: Reader, offer_ids: Sequence[int]) -> dict[int, tuple[date, date, int]]:
    query = (
        select(OfferDate.offer_id, func.min(Distribution.day), func.max(Distribution.day), func.count())
        .join(Delivery, Delivery.id == OfferDate.delivery_id)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .where(OfferDate.offer_id.in_(offer_ids))
        .group_by(OfferDate.offer_id)
    )
    return {offer_id: (first, last, int(count)) for offer_id, first, last, count in reader.rows(query)}


def create(unit: Unit, data: OfferData, days: Sequence[date] = (), products: Sequence[OfferProductData] = ()) -> Offer:
    """Prepare an offer as a draft. Raises Refused for a farm, place or season that is not there any more."""
    _check_parts(unit, data)
    _check_kind(unit, data.kind)
    made = unit.add(Offer(**data.model_dump()))
    if days:
        offer_parts.put_dates(unit, made, days)
    if products:
        offer_parts.put_products(unit, made, products)
    _tell(unit, made, N_("créé"))
    return made


def change(unit: Unit, offer_id: int, data: OfferData, version: int | None = None) -> Offer:
    """Change an offer. Raises Refused for what signed contracts depend on, Stale when it was changed meanwhile."""
    found = unit.locked(Offer, offer_id)
    unit.unchanged_since(found, version)
    _check_parts(unit, data)
    values = data.model_dump()
    if (changed := {name for name in values if getattr(found, name) != values[name]}) and is_signed(unit, offer_id):
        _check_promises(unit, found, data, changed)
    if "kind" in changed:
        _check_kind(unit, data.kind, found)
    if ({"farm_id", "place_id"} & changed) and unit.session.scalar(_count(OfferDate, offer_id)):
        raise Refused(Problem(_("Retirez d’abord les dates : elles vont avec la ferme et le lieu."), "farm_id"))
    if what := put(found, values, OfferData):
        unit.session.flush()
        _tell(unit, found, what)
    return found


def is_signed(reader: Reading, offer_id: int) -> bool:
    """Whether a household has signed under this offer."""
    query = select(Contract.id).where(Contract.offer_id == offer_id, Contract.state.in_(BINDING)).limit(1)
    return reader.session.scalar(query) is not None


def copy(unit: Unit, offer_id: int, season_id: int, shift: timedelta) -> Offer:
    """What `renew` does, with every date moved by `shift`."""
    days = {one.delivery.planned_on for one in offer(unit, offer_id).dates}
    return renew(unit, offer_id, season_id, shifted(days, shift))


def renew(unit: Unit, offer_id: int, season_id: int, moved: Moved) -> Offer:
    """A draft for another season: same products, prices and matrix, each date where it is moved, no household."""
    before = offer(unit, offer_id)
    columns = {name: getattr(before, name) for name in OfferData.model_fields}
    closes_on = before.closes_on + moved.shift if before.closes_on else None
    data = OfferData.model_validate(columns | {"season_id": season_id, "closes_on": closes_on})
    days = sorted(set(moved.days.values()))
    products = [
        OfferProductData(product_id=p.product_id, price_cents=p.price_cents, stock=p.stock, most=p.most)
        for p in before.products if p.product.archived_at is None
    ]  # fmt: skip
    made = create(unit, data, days, products)
    _copy_absences(unit, before, offer(unit, made.id), moved.days)
    kind_of(unit, before).renewed(unit, before.id, made.id)
    unit.session.flush()
    return made


def _copy_absences(unit: Unit, before: Offer, after: Offer, moved: Mapping[date, date]) -> None:
    products = {p.product_id: p.id for p in after.products}
    days = {one.delivery.distribution.day: one.id for one in after.dates}
    new_product = {p.id: products.get(p.product_id) for p in before.products}
    new_date = {one.id: days.get(moved.get(one.delivery.planned_on, date.min)) for one in before.dates}
    query = select(Absence).where(Absence.offer_product_id.in_(new_product))
    for absence in unit.all(query):
        product, day = new_product[absence.offer_product_id], new_date.get(absence.offer_date_id)
        if product and day:
            unit.session.add(Absence(offer_product_id=product, offer_date_id=day))
    unit.session.flush()


def _check_parts(unit: Unit, data: OfferData) -> None:
    for model, key, name, words in (
        (Farm, data.farm_id, "farm_id", _("Choisissez une ferme de la liste.")),
        (Place, data.place_id, "place_id", _("Choisissez un lieu de la liste.")),
        (Season, data.season_id, "season_id", _("Choisissez une saison de la liste.")),
    ):
        row: Any = unit.session.get(model, key)
        if row is None or row.archived_at is not None:
            raise Refused(Problem(words, name))


def _check_kind(unit: Unit, kind: str, found: Offer | None = None) -> None:
    if kind not in kinds(unit):
        raise Refused(Problem(_("Choisissez une des façons de choisir proposées."), "kind"))
    if found is not None and unit.session.scalar(_count(Contract, found.id)):
        raise Refused(Problem(_("Des foyers ont déjà choisi : ce point ne peut plus changer."), "kind"))


def _check_promises(unit: Unit, found: Offer, data: OfferData, changed: set[str]) -> None:
    if promised := changed & LABELLED:
        message = _("Des foyers ont déjà signé : ce point ne peut plus changer. Faites plutôt un nouveau contrat.")
        raise Refused(*(Problem(message, name) for name in sorted(promised)))
    households = subscribed(unit, [found.id]).get(found.id, 0)
    if data.places is not None and data.places < households:
        message = _("%(n)s foyers ont déjà signé : le nombre de places ne peut pas être plus petit.")
        raise Refused(Problem(message % {"n": households}, "places"))


def _count(model: Any, offer_id: int) -> Any:
    return select(func.count()).select_from(model).where(model.offer_id == offer_id)


def _tell(unit: Unit, found: Offer, what: str) -> None:
    unit.record(OfferChanged(offer_id=found.id, name=found.name, what=what))


def visible(reader: Reader, offer_id: int, permission: str = "offers.read") -> Offer:
    """The loaded offer, if the actor may do this on it. Raises NotFound."""
    found = offer(reader, offer_id)
    access.require(reader, permission, found)
    return found
