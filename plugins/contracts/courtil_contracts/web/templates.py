"""Templates of contracts: the list, writing one article by article, seeing it with an example, the way back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    DEFAULT_ARTICLES,
    N_,
    PLACEHOLDERS,
    Article,
    Form,
    FormModel,
    NotFound,
    Problem,
    Reader,
    Refused,
    Required,
    Stale,
    Unit,
    Whole,
    _,
    attempt,
    number,
    page,
    path_int,
    redirect,
    render,
    text_document,
    url_of,
)
from courtil_contracts.services import templates as service
from courtil_contracts.tables import ContractTemplate
from courtil_contracts.web.answers import done
from courtil_contracts.web.versions import seen_version

RIGHT = "offers.write"


class NameData(FormModel):
    """What the template is called."""

    name: Required = Field(title=N_("Nom du modèle"), max_length=120)


class ArticleData(FormModel):
    """One article; without heading and text there is none."""

    heading: str = Field("", title=N_("Titre"), max_length=150)
    text: str = Field(
        "", title=N_("Texte"), max_length=6000, description=N_("Un paragraphe par ligne."),
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip
    place: Whole = Field(1, title=N_("Place dans le contrat"), ge=1, le=99)


@dataclass
class TemplateForms:
    """The forms of a template: its name, and one for each article with a blank one to add another."""

    key: int | None
    name: Form[NameData]
    articles: list[Form[ArticleData]]
    version: int = 0
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, articles: Sequence[Article], row: ContractTemplate | None = None) -> Self:
        """The forms of these articles; `row` is the template that is changed."""
        filled = [one._asdict() | {"place": place} for place, one in enumerate(articles, start=1)]
        forms = [_article(place, values) for place, values in enumerate([*filled, {"place": len(filled) + 1}])]
        name = Form(NameData, {"name": row.name if row else ""})
        return cls(row.id if row else None, name, forms, row.version if row else 0)

    @classmethod
    def typed(cls, data: FormData, key: int | None) -> Self:
        """The forms as they were sent, each mistake under its field."""
        sent = min(number(str(data.get("count", ""))) or 0, service.MOST_ARTICLES + 1)
        found = cls(key, Form(NameData), [_article(place, {}) for place in range(sent)], seen_version(data))
        forms: list[Form[Any]] = [found.name, *found.articles]
        for form in forms:
            form.read(data)
            found.problems += form.errors
        return found

    @property
    def kept(self) -> list[Form[Any]]:
        """The forms that hold an article, in the order that was asked for."""
        some = [
            form for form in self.articles if form.value and (form.value.heading.strip() or form.value.text.strip())
        ]
        return sorted(some, key=lambda form: form.value.place if form.value else 0)

    @property
    def texts(self) -> list[Article]:
        """The articles that were typed."""
        values = [form.value for form in self.kept]
        return [
            Article(" ".join(value.heading.split()), "\n".join(value.text.split("\r\n")).strip())
            for value in values
            if value is not None
        ]

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Show why the template cannot be kept, beside the article that it concerns."""
        kept = {f"articles-{place}": form for place, form in enumerate(self.kept)}
        for problem in problems:
            self.problems.append(problem)
            if problem.field in kept:
                kept[problem.field].refuse(Problem(problem.message, "text"))
            elif problem.field == "name":
                self.name.refuse(problem)


def _article(place: int, values: dict[str, Any]) -> Form[ArticleData]:
    return Form(ArticleData, values, prefix=f"f-article-{place}", within=f"article-{place}-")


def _row(request: Request, reader: Reader) -> ContractTemplate:
    """The template of the address, for whom may write the offers of every farm. Raises NotFound."""
    found = reader.get(ContractTemplate, path_int(request, "template_id"))
    if not reader.allows(RIGHT, found):
        raise NotFound("template")
    return found


def _page(request: Request, reader: Reader, forms: TemplateForms, text: str = "") -> Response:
    row = reader.get(ContractTemplate, forms.key) if forms.key is not None else None
    return render(
        request, "contracts/template.html", 422 if forms.problems else 200,
        page_title=row.name if row else _("Nouveau modèle de contrat"), forms=forms, row=row,
        placeholders=[(f"{{{word}}}", _(one.says), bool(one.why)) for word, one in PLACEHOLDERS.items()],
        users=service.users_of(reader, row.id) if row else [], example=text_document(text) if text else None,
    )  # fmt: skip


@page("/modeles", needs=RIGHT)
def contracts_templates(request: Request, reader: Reader) -> Response:
    """The templates, each with the offers that use it."""
    may_write = reader.actor is not None and reader.actor.can(RIGHT)
    rows = [(one, service.users_of(reader, one.id)) for one in service.templates(reader)]
    title = _("Modèles de contrat")
    return render(request, "contracts/templates.html", page_title=title, rows=rows, may_write=may_write)


@page("/modeles/nouveau", needs=RIGHT)
def contracts_new_template(request: Request, reader: Reader) -> Response:
    """The AMAP's own text, or another template's, to start from."""
    reader.may(RIGHT)
    copied = number(request.query_params.get("copie"))
    articles = service.articles_of(reader.get(ContractTemplate, copied).articles) if copied else DEFAULT_ARTICLES
    return _page(request, reader, TemplateForms.of(articles))


@page("/modeles/nouveau", needs=RIGHT, writes=True)
def contracts_add_template(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep a new template."""
    unit.may(RIGHT)
    forms, made = TemplateForms.typed(data, None), list[ContractTemplate]()
    if not forms.problems:
        forms.refuse(attempt(unit, lambda: made.append(service.create(unit, _name(forms), forms.texts))))
    if forms.problems:
        return _page(request, unit, forms)
    return redirect(request, _address(request, made[0].id), _("Le modèle est enregistré."))


def _name(forms: TemplateForms) -> str:
    return forms.name.value.name if forms.name.value else ""


def _address(request: Request, template_id: int) -> str:
    return url_of(request, "contracts_template", template_id=template_id)


@page("/modeles/apercu", needs=RIGHT, posted=True)
def contracts_preview_template(request: Request, reader: Reader, data: FormData) -> Response:
    """What was typed with an example, before it is kept."""
    reader.may(RIGHT)
    forms = TemplateForms.typed(data, number(str(data.get("template", ""))))
    if forms.problems:
        return _page(request, reader, forms)
    try:
        return _page(request, reader, forms, service.preview(reader, forms.texts, forms.key))
    except Refused as refused:
        forms.refuse(refused.problems)
    return _page(request, reader, forms)


@page("/modeles/{template_id:int}", needs=RIGHT)
def contracts_template(request: Request, reader: Reader) -> Response:
    """The articles of a template."""
    row = _row(request, reader)
    return _page(request, reader, TemplateForms.of(service.articles_of(row.articles), row))


@page("/modeles/{template_id:int}", needs=RIGHT, writes=True)
def contracts_set_template(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the template; what is wrong is shown with what was typed."""
    row = _row(request, unit)
    forms = TemplateForms.typed(data, row.id)
    if not forms.problems:
        forms.refuse(_written(unit, row.id, forms))
    if forms.problems:
        return _page(request, unit, forms)
    undo = url_of(request, "contracts_restore_template", template_id=row.id) if row.previous else None
    return redirect(request, _address(request, row.id), _("Le modèle est enregistré."), undo_url=undo)


def _written(unit: Unit, template_id: int, forms: TemplateForms) -> list[Problem]:
    try:
        return attempt(
            unit, lambda: service.write(unit, template_id, _name(forms), forms.texts, forms.version)
        )  # fmt: skip
    except Stale:
        return [
            Problem(_("Quelqu’un a changé ce modèle entre-temps. Votre texte est gardé : comparez, puis recommencez."))
        ]


@page("/modeles/{template_id:int}/revenir", needs=RIGHT, writes=True)
def contracts_restore_template(request: Request, unit: Unit, data: FormData) -> Response:
    """Take the last change back, or bring it back."""
    row = _row(request, unit)
    address = _address(request, row.id)
    problems = attempt(unit, lambda: service.restore(unit, row.id))
    undo = url_of(request, "contracts_restore_template", template_id=row.id)
    return done(request, address, problems, _("Le modèle est comme avant."), undo_url=undo)


@page("/modeles/{template_id:int}/archiver", needs=RIGHT, writes=True)
def contracts_archive_template(request: Request, unit: Unit, data: FormData) -> Response:
    """Put away a template that no offer uses."""
    row = _row(request, unit)
    problems = attempt(unit, lambda: service.archive(unit, row.id))
    url = _address(request, row.id) if problems else url_of(request, "contracts_templates")
    undo = url_of(request, "contracts_unarchive_template", template_id=row.id)
    return done(request, url, problems, _("Le modèle est archivé."), undo_url=undo)


@page("/modeles/{template_id:int}/retablir", needs=RIGHT, writes=True)
def contracts_unarchive_template(request: Request, unit: Unit, data: FormData) -> Response:
    """Bring it back."""
    row = _row(request, unit)
    service.unarchive(unit, row.id)
    return redirect(request, _address(request, row.id), _("Le modèle est rétabli."))
