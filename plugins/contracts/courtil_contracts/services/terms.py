"""Terms of offers: reading and writing them, what signatures freeze, what goes into the next season."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from courtil.api import (
    MOST_BASKETS,
    N_,
    Available,
    NotFound,
    Offer,
    OfferChanged,
    OfferProduct,
    OfferState,
    Problem,
    Reader,
    Refused,
    Stale,
    Unit,
    _,
    is_signed,
    matrix,
    proposed,
)
from courtil_contracts.domain.plans import PlanTerms, plan_problems
from courtil_contracts.domain.prices import tier_problems
from courtil_contracts.domain.rules import Cell, Grid, checked, contradiction
from courtil_contracts.domain.terms import Terms
from courtil_contracts.domain.turns import turn_of
from courtil_contracts.services import capacities
from courtil_contracts.tables import ContractTemplate, OfferTerms

FROZEN = ("products", "fees", "rules", "changes", "payees", "turns", "months", "rolling_months", "needs_offer_id")
"""What signed contracts say: it cannot change under them."""


def terms_of(reader: Reader, offer_id: int) -> Terms:
    """The terms of the offer; when none were written, plain ones with the payments that the offer itself names."""
    found = reader.session.get(OfferTerms, offer_id)
    if found is not None:
        return Terms.model_validate(found.terms)
    offer = reader.session.get(Offer, offer_id)
    return (
        Terms(ways=(PlanTerms(counts=tuple(offer.instalment_counts), step=offer.instalment_step),))
        if offer
        else Terms()
    )


def template_of(reader: Reader, offer_id: int) -> ContractTemplate | None:
    """The template of the offer's contracts; None where they have the AMAP's own text."""
    key = terms_of(reader, offer_id).template_id
    return reader.session.get(ContractTemplate, key) if key is not None else None


def version_of(reader: Reader, offer_id: int) -> int:
    """Which version of the terms this is; zero when none were written."""
    found = reader.session.get(OfferTerms, offer_id)
    return found.version if found else 0


def grid_of(offer: Offer, cells: Sequence[Available], terms: Terms, days_of_offer: int = 0) -> Grid:
    """What rules look at; `offer` is loaded with its products. Cells of products it no longer has are left out."""
    most = {one.id: one.most or MOST_BASKETS for one in offer.products}
    points = {one.offer_product_id: one.points for one in terms.products}
    return Grid(
        cells=tuple(
            Cell(*one, most[one.offer_product_id], points.get(one.offer_product_id, 0))
            for one in cells
            if one.offer_product_id in most
        ),
        products={one.id: one.product.name for one in offer.products},
        days_of_offer=days_of_offer or len({one.delivery_id for one in cells}),
    )


def write(unit: Unit, offer_id: int, terms: Terms, version: int | None = None) -> OfferTerms:
    """Keep these terms.

    Raises Refused for what cannot be or what signatures froze, Stale when they have changed, NotFound for a template
    that is not there.
    """
    offer = unit.locked(Offer, offer_id)
    if offer.state in {OfferState.FINISHED, OfferState.ARCHIVED}:
        raise Refused(_("Ce contrat est terminé : il ne change plus. Reconduisez-le pour une autre saison."))
    if version is not None and version != version_of(unit, offer_id):
        raise Stale
    before = terms_of(unit, offer_id)
    if is_signed(unit, offer_id) and any(getattr(before, name) != getattr(terms, name) for name in FROZEN):
        message = _("Des foyers ont déjà signé : seuls les paiements proposés et le modèle peuvent encore changer.")
        raise Refused(message)
    if terms.template_id is not None:
        template = unit.locked(ContractTemplate, terms.template_id)  # nobody archives it now
        if template.archived_at is not None:
            raise NotFound(f"template {template.id}")
    if problems := terms_problems(unit, offer_id, terms):
        raise Refused(*problems)
    return _keep(unit, offer, terms)


def _keep(unit: Unit, offer: Offer, terms: Terms) -> OfferTerms:
    kept = terms.model_dump(mode="json")
    row = unit.session.get(OfferTerms, offer.id)
    if row is None:
        row = unit.add(OfferTerms(offer_id=offer.id, terms=kept))
    elif row.terms == kept:
        return row
    row.terms = kept
    if counts := {count for way in terms.ways for count in way.counts}:
        offer.instalment_counts = sorted(counts)  # what the offer's own pages say of its payments
    unit.session.flush()
    unit.record(OfferChanged(offer_id=offer.id, name=offer.name, what=N_("modalités")))
    return row


def terms_problems(reader: Reader, offer_id: int, terms: Terms) -> list[Problem]:
    """What in these terms cannot be, each with a proposal; `field` begins with `products`, `rules` or `ways`."""
    offer, cells = proposed(reader, offer_id), matrix(reader, offer_id)
    grid = grid_of(offer, cells, terms)
    problems = [
        Problem(problem.message, f"products-{one.offer_product_id}")
        for one in terms.products
        if one.tiers
        for problem in tier_problems(one.tiers)
    ]
    problems += checked(terms.rules, grid)
    if not problems and grid.cells and (found := contradiction(terms.rules, grid)):
        problems.append(Problem(found.message, "rules"))
    problems += _way_problems(terms, grid) if not terms.turns else _turn_problems(terms, grid)
    if any(one.per == "month" for one in terms.products) and not terms.months:
        problems.append(Problem(_("Dites combien de mois ce contrat dure : un prix est au mois."), "months"))
    problems += _goal_problems(terms, {one.id: one.product.name for one in offer.products})
    if len({fee.label for fee in terms.fees}) < len(terms.fees):
        problems.append(Problem(_("Deux frais portent le même nom : donnez-leur des noms différents."), "fees"))
    if any(weight < 1 for weight in terms.payees.values()):
        problems.append(Problem(_("Chaque part est un nombre d’au moins 1."), "payees"))
    return problems


def _goal_problems(terms: Terms, names: Mapping[int, str]) -> list[Problem]:
    found = []
    for number, goal in enumerate(terms.goals):
        counted = [goal.offer_product_id] if goal.offer_product_id else list(names)
        if goal.offer_product_id and goal.offer_product_id not in names:
            found.append(Problem(_("Choisissez un produit de ce contrat."), f"goal-{number}"))
        elif goal.unit == "kg" and not all(terms.of(key).usual_grams for key in counted):
            message = _("Écrivez le poids d’une pièce de chaque produit qui compte en kilogrammes.")
            found.append(Problem(message, f"goal-{number}"))
    return found


def smallest_problems(reader: Reader, offer_id: int) -> list[Problem]:
    """Why the smallest contract on the dates to come cannot be paid as the terms want."""
    offer, terms = proposed(reader, offer_id), terms_of(reader, offer_id)
    coming = [cell for cell in matrix(reader, offer_id) if cell.day > reader.today]
    grid = grid_of(offer, coming, terms)
    if terms.turns:
        return _turn_problems(terms, grid)
    return _way_problems(terms if version_of(reader, offer_id) else _fitting(terms, grid), grid)


def terms_to_write(reader: Reader, offer_id: int) -> Terms:
    """The terms as a form opens on them: of the payments that the offer itself names, those that fit its dates."""
    terms = terms_of(reader, offer_id)
    if version_of(reader, offer_id):
        return terms
    return _fitting(terms, grid_of(proposed(reader, offer_id), matrix(reader, offer_id), terms))


def _fitting(terms: Terms, grid: Grid) -> Terms:
    """With the numbers of payments that are possible; with all of them when none is."""

    def paid(*counts: int) -> Terms:
        return terms.model_copy(update={"ways": (terms.ways[0].model_copy(update={"counts": counts}),)})

    counts = [count for count in terms.ways[0].counts if not _way_problems(paid(count), grid)]
    return paid(*counts) if counts else terms


def _turn_problems(terms: Terms, grid: Grid) -> list[Problem]:
    """A payee that brings nothing, or whose part of the smallest contract cannot be paid as it wants."""
    found = _turn_order(terms)
    for number, turn in enumerate(terms.turns if not found else ()):
        cells = tuple(cell for cell in grid.cells if turn_of(terms.turns, cell.day) == turn)
        if grid.cells and not cells:
            message = _("%(payee)s n’a aucune livraison : changez le jour à partir duquel on paie à son ordre.")
            found.append(Problem(message % {"payee": turn.payee}, f"turns-{number}"))
        own, days = smallest(replace(grid, cells=cells)), sorted({cell.day for cell in cells})
        for way in turn.ways:
            found += [_here(problem, f"turns-{number}") for problem in plan_problems(way, own, days)]
    return found


def _turn_order(terms: Terms) -> list[Problem]:
    """Turns that do not follow each other: one alone, the same payee twice, or none but the first with a day."""
    last = len(terms.turns) - 1
    if len(terms.turns) == 1:
        message = _("Une ferme seule ne prend le relais de personne : écrivez l’autre, ou videz celle-ci.")
        return [Problem(message, "turns-0")]
    if len({turn.payee for turn in terms.turns}) < len(terms.turns):
        return [Problem(_("Les deux fermes portent le même nom : écrivez celle qui prend le relais."), f"turns-{last}")]
    undated = [number for number, turn in enumerate(terms.turns) if turn.begins_on is None][1:]
    message = _("Dites à partir de quel jour cette ferme prend le relais.")
    return [Problem(message, f"turns-{number}-begins_on") for number in undated]


def _way_problems(terms: Terms, grid: Grid) -> list[Problem]:
    least, days = smallest(grid), sorted({cell.day for cell in grid.cells})
    return [
        _here(problem, f"ways-{number}")
        for number, way in enumerate(terms.ways)
        for problem in plan_problems(way, least, days)
    ]


def _here(problem: Problem, where: str) -> Problem:
    return Problem(problem.message, f"{where}-{problem.field}" if problem.field else where)


def smallest(grid: Grid) -> int:
    """Cents of the smallest contract that costs something: one of the cheapest product, each time it comes."""
    sums: dict[int, int] = {}
    for cell in grid.cells:
        sums[cell.offer_product_id] = sums.get(cell.offer_product_id, 0) + cell.unit_cents
    return min((cents for cents in sums.values() if cents), default=0)


def renewed(unit: Unit, before: int, after: int) -> None:
    """Give the next season the terms of the last: products by their own, listed days moved with the dates."""
    terms = terms_of(unit, before)
    old, new = proposed(unit, before), proposed(unit, after)
    products = _same_products(old.products, new.products)
    capacities.renewed(unit, products)
    shift = _shift(matrix(unit, before), matrix(unit, after))
    kept = terms.model_copy(
        update={
            "needs_offer_id": _same_offer(unit, terms.needs_offer_id, new.season_id),
            "products": tuple(
                one.model_copy(update={"offer_product_id": products[one.offer_product_id]})
                for one in terms.products
                if one.offer_product_id in products
            ),
            "rules": tuple(rule.renewed(products) for rule in terms.rules if rule.lasts(products)),
            "goals": tuple(
                goal.model_copy(update={"offer_product_id": products.get(goal.offer_product_id or 0)})
                for goal in terms.goals
                if goal.offer_product_id is None or goal.offer_product_id in products
            ),
            "changes": tuple(
                one.model_copy(
                    update={
                        "begins_on": one.begins_on and one.begins_on + shift,
                        "ends_on": one.ends_on and one.ends_on + shift,
                    }
                )
                for one in terms.changes
            ),
            "ways": tuple(_later(way, shift) for way in terms.ways),
            "turns": tuple(
                turn.renewed(turn.begins_on and turn.begins_on + shift, [_later(way, shift) for way in turn.ways])
                for turn in terms.turns
            ),
        }
    )
    _keep(unit, new, kept)


def _later(way: PlanTerms, shift: timedelta) -> PlanTerms:
    moved = {
        "listed": tuple(day + shift for day in way.listed),
        "starts_on": way.starts_on and way.starts_on + shift,
    }
    return way.model_copy(update=moved)


def _same_offer(reader: Reader, offer_id: int | None, season_id: int) -> int | None:
    """The offer of this season that took the place of the other: the same farm and name; else the other itself."""
    if offer_id is None:
        return None
    old = reader.get(Offer, offer_id)
    same = (Offer.farm_id == old.farm_id, Offer.name == old.name, Offer.season_id == season_id)
    found = reader.all(select(Offer.id).where(*same).order_by(Offer.id.desc()).limit(1))
    return next(iter(found), offer_id)


def _same_products(old: Sequence[OfferProduct], new: Sequence[OfferProduct]) -> dict[int, int]:
    by_product = {one.product_id: one.id for one in new}
    return {one.id: by_product[one.product_id] for one in old if one.product_id in by_product}


def _shift(old: Sequence[Available], new: Sequence[Available]) -> timedelta:
    if not old or not new:
        return timedelta(weeks=52)
    return min(cell.day for cell in new) - min(cell.day for cell in old)
