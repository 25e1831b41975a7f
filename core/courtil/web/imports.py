"""Importing members: drop a file or paste cells, look at every row, write, undo."""

from collections.abc import Callable, Mapping

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.problems import Refused, Stale
from courtil.domain.words import N_, _
from courtil.imports import LABELS
from courtil.services import imports as service
from courtil.services.imports import Outcome
from courtil.services.unit import Reader, Unit
from courtil.store.imports import ImportBatch
from courtil.web.downloads import download
from courtil.web.flash import redirect
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import path_int, url_of

ACCEPTED = ".xlsx,.ods,.xls,.csv,.txt"
SHOWN = 100
"""How many rows of each kind a page shows; the report has them all."""
FOLDED = 20
"""A longer list of rows without remarks is shown when one asks for it."""
GROUPS: Mapping[Outcome, str] = {
    Outcome.NEW: N_("Nouveaux foyers"),
    Outcome.FILLED: N_("Fiches complétées"),
    Outcome.DUPLICATE: N_("Doublons dans le fichier"),
    Outcome.SAME: N_("Déjà là, rien à écrire"),
}


def _start(
    request: Request, reader: Reader, status: int = 200, problems: tuple[str, ...] = (), pasted: str = ""
) -> Response:
    return render(
        request, "imports/imports.html", status, page_title=_("Importer des membres"),
        help_url=url_of(request, "help_page", topic="importer"), accepted=ACCEPTED, problems=problems, pasted=pasted,
        past=service.past(reader), summary=service.summary,
    )  # fmt: skip


@page("/personnes/importer", needs="people.write")
def imports(request: Request, reader: Reader) -> Response:
    """Where an import begins, and those that were made."""
    return _start(request, reader)


@page("/personnes/importer/fichier", needs="people.write", writes=True)
def upload_import(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a file in and show what it holds; a file that is refused is not kept."""
    sent = data.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return _start(request, unit, 422, (_("Choisissez d’abord le fichier de votre liste."),))
    content, name = sent.file.read(), sent.filename
    return _taken(request, unit, lambda: service.upload(unit, content, name))


@page("/personnes/importer/coller", needs="people.write", writes=True)
def paste_import(request: Request, unit: Unit, data: FormData) -> Response:
    """Take pasted cells in and show what they hold."""
    text = str(data.get("cells", ""))
    return _taken(request, unit, lambda: service.paste(unit, text), text)


def _taken(request: Request, unit: Unit, take: Callable[[], ImportBatch], pasted: str = "") -> Response:
    try:
        batch = take()
    except Refused as refused:
        return _start(request, unit, 422, tuple(problem.message for problem in refused.problems), pasted)
    return redirect(request, url_of(request, "import_preview", id=batch.id))


@page("/personnes/importer/{id:int}", needs="people.write")
def import_preview(request: Request, reader: Reader) -> Response:
    """Every row with what will become of it."""
    batch = reader.get(ImportBatch, path_int(request, "id"))
    if batch.written_at is not None:
        return _start(request, reader)
    return _preview(request, reader)


def _preview(request: Request, reader: Reader, status: int = 200, problems: tuple[str, ...] = ()) -> Response:
    found = service.preview(reader, path_int(request, "id"))
    return render(
        request, "imports/preview.html", status, page_title=_("Relire avant d’écrire"),
        help_url=url_of(request, "help_page", topic="importer"), found=found, problems=problems,
        shown=SHOWN, folded=FOLDED,
        fields=[(field.value, _(label)) for field, label in LABELS.items()],
        groups=[(outcome, _(title), found.others(outcome)) for outcome, title in GROUPS.items()],
    )  # fmt: skip


@page("/personnes/importer/{id:int}/colonnes", needs="people.write", writes=True)
def change_import_columns(request: Request, unit: Unit, data: FormData) -> Response:
    """Take the columns for what the person says they are."""
    columns = {name.removeprefix("column-"): str(value) for name, value in data.items() if name.startswith("column-")}
    batch_id = path_int(request, "id")
    try:
        service.choose(unit, batch_id, columns)
    except Refused as refused:
        return _preview(request, unit, 422, tuple(problem.message for problem in refused.problems))
    return redirect(request, url_of(request, "import_preview", id=batch_id), _("L’aperçu suit vos colonnes."))


@page("/personnes/importer/{id:int}/ecrire", needs="people.write", writes=True)
def write_import(request: Request, unit: Unit, data: FormData) -> Response:
    """Write what the preview showed; when that has changed since, show it again."""
    batch_id = path_int(request, "id")
    try:
        with unit.session.begin_nested():
            counts = service.write(unit, batch_id, None, str(data.get("seen", "")))
    except Stale as stale:
        message = stale.message or _("Une fiche vient de changer. Relisez l’aperçu.")
        return redirect(request, url_of(request, "import_preview", id=batch_id), message, kind="warning")
    message = f"{service.summary(counts)}."
    return redirect(request, url_of(request, "people"), message, undo_url=url_of(request, "undo_import", id=batch_id))


@page("/personnes/importer/{id:int}/annuler", needs="people.write", writes=True)
def undo_import(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a whole import back."""
    batch = service.undo(unit, path_int(request, "id"))
    message = _("L’import de « %(name)s » est annulé.") % {"name": batch.file_name}
    return redirect(request, url_of(request, "imports"), message)


@page("/personnes/importer/{id:int}/oublier", needs="people.write", writes=True)
def forget_import(request: Request, unit: Unit, data: FormData) -> Response:
    """Drop a preview and its file."""
    service.forget(unit, path_int(request, "id"))
    return redirect(request, url_of(request, "imports"), _("Le fichier est oublié. Rien n’est écrit."))


@page("/personnes/importer/{id:int}/compte-rendu.{extension}", needs="people.write")
def import_report(request: Request, reader: Reader) -> Response:
    """Every row with what became of it, as a file."""
    return download(service.report(reader, path_int(request, "id")), str(request.path_params["extension"]))
