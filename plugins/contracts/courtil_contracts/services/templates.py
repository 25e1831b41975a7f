"""Templates of contracts: what the contracts of an offer say, where the AMAP wants other words than its own text."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from courtil.api import (
    DEFAULT_ARTICLES,
    N_,
    Article,
    Offer,
    Problem,
    Reader,
    Refused,
    Stale,
    Unit,
    _,
    article_problems,
    example_text,
)
from courtil_contracts.domain.events import TemplateChanged
from courtil_contracts.services.terms import template_of
from courtil_contracts.tables import ContractTemplate, OfferTerms

MOST_ARTICLES = 40


def templates(reader: Reader) -> Sequence[ContractTemplate]:
    """All templates by name, those that were archived left out."""
    kept = select(ContractTemplate).where(ContractTemplate.archived_at.is_(None))
    return reader.all(kept.order_by(ContractTemplate.name, ContractTemplate.id))


def articles_of(kept: dict[str, Any]) -> list[Article]:
    """The articles as `ContractTemplate.articles` keeps them."""
    return [Article(heading, text) for heading, text in kept.get("articles", ())]


def _kept(articles: Sequence[Article]) -> dict[str, Any]:
    return {"articles": [list(one) for one in articles]}


def of_offer(offer_id: int, reader: Reader) -> list[Article] | None:
    """The articles of the offer's template; None for the AMAP's own text.

    Raises Refused when the template lacks what a contract must say by now.
    """
    row = template_of(reader, offer_id)
    if row is None:
        return None
    articles = articles_of(row.articles)
    if article_problems(articles):
        message = _("Le modèle « %(name)s » ne convient plus : la coordination doit d’abord le corriger.")
        raise Refused(message % {"name": row.name})
    return articles


def users_of(reader: Reader, template_id: int) -> list[tuple[int, str]]:
    """The offers that use a template, the newest first."""
    query = select(Offer.id, Offer.name, OfferTerms.terms).join(OfferTerms, OfferTerms.offer_id == Offer.id)
    rows = reader.rows(query.order_by(Offer.id.desc()))
    return [(key, str(name)) for key, name, terms in rows if terms.get("template_id") == template_id]


def preview(reader: Reader, articles: Sequence[Article], template_id: int | None = None) -> str:
    """The articles with an example: an offer that uses the template, else the newest that the actor writes, if any.

    Raises Refused for what cannot be filled.
    """
    _check(articles)
    used = [key for key, _name in users_of(reader, template_id)] if template_id is not None else []
    query = select(Offer.id).where(reader.seen("offers.write", Offer)).order_by(Offer.id.desc())
    seen = reader.all(query)
    return example_text(reader, articles, next((key for key in [*used, *seen] if key in seen), None))


def text_of(reader: Reader, offer_id: int) -> str:
    """What contracts of the offer would say, with a household that is made up; empty while its template is wrong."""
    with suppress(Refused):
        return example_text(reader, of_offer(offer_id, reader) or DEFAULT_ARTICLES, offer_id)
    return ""


def create(unit: Unit, name: str, articles: Sequence[Article]) -> ContractTemplate:
    """Keep a new template. Raises Refused for a name that is taken, or with all that is wrong in the articles."""
    _check(articles)
    _free(unit, name)
    row = unit.add(ContractTemplate(name=name, articles=_kept(articles), previous={}))
    unit.record(TemplateChanged(template_id=row.id, name=name, what=N_("ajouté")))
    return row


def write(
    unit: Unit, template_id: int, name: str, articles: Sequence[Article], version: int | None = None
) -> ContractTemplate:
    """Change a template; what it said is kept for `restore`. Signed contracts keep the text they were signed with.

    Raises NotFound, Refused as `create`, Stale when it changed since the form was opened.
    """
    row = unit.locked(ContractTemplate, template_id)
    if version is not None and row.version != version:
        raise Stale
    _check(articles)
    if name != row.name:
        _free(unit, name)
    if (kept := _kept(articles)) != row.articles:
        row.previous, row.articles = row.articles, kept
    row.name = name
    unit.session.flush()
    unit.record(TemplateChanged(template_id=row.id, name=name, what=N_("changé")))
    return row


def restore(unit: Unit, template_id: int) -> ContractTemplate:
    """Let the template say again what it said before its last change; asked twice, the change is back.

    Raises NotFound; Refused when it never changed, or when what it said is not enough any more.
    """
    row = unit.locked(ContractTemplate, template_id)
    if not row.previous:
        raise Refused(_("Ce modèle n’a pas encore changé : il n’y a pas de version d’avant."))
    _check(articles_of(row.previous))
    row.previous, row.articles = row.articles, row.previous
    unit.session.flush()
    unit.record(TemplateChanged(template_id=row.id, name=row.name, what=N_("remis comme avant")))
    return row


def archive(unit: Unit, template_id: int) -> None:
    """Put a template away; `unarchive` takes it back. Raises NotFound, Refused while offers use it."""
    row = unit.locked(ContractTemplate, template_id)
    if names := [name for _key, name in users_of(unit, template_id)]:
        message = _("Des contrats vierges utilisent ce modèle : %(names)s. Choisissez-leur d’abord un autre modèle.")
        raise Refused(message % {"names": ", ".join(names)})
    row.archived_at = unit.now
    unit.session.flush()
    unit.record(TemplateChanged(template_id=template_id, name=row.name, what=N_("archivé")))


def unarchive(unit: Unit, template_id: int) -> None:
    """It can be chosen again. Raises NotFound."""
    row = unit.locked(ContractTemplate, template_id)
    row.archived_at = None
    unit.session.flush()
    unit.record(TemplateChanged(template_id=template_id, name=row.name, what=N_("rétabli")))


def _check(articles: Sequence[Article]) -> None:
    if len(articles) > MOST_ARTICLES:
        raise Refused(_("Un contrat a au plus %(n)s articles.") % {"n": MOST_ARTICLES})
    if problems := article_problems(articles):
        raise Refused(*problems)


def _free(reader: Reader, name: str) -> None:
    if reader.all(select(ContractTemplate.id).where(ContractTemplate.name == name)):
        raise Refused(Problem(_("Un autre modèle, peut-être archivé, porte ce nom."), "name"))
