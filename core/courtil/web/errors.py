"""Error pages: what happened, what was not saved, what to do now."""

import logging
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from courtil.domain.access import PERMISSIONS, ROLES
from courtil.domain.words import N_, _
from courtil.plugin.faults import place
from courtil.plugin.health import culprit
from courtil.services.unit import Reader
from courtil.web import session
from courtil.web.render import render
from courtil.web.request import facts
from courtil.web.threads import in_thread

log = logging.getLogger(__name__)

TEXTS: dict[int, tuple[str, str, str]] = {
    400: (N_("Demande illisible"), N_("Le serveur n’a pas compris la demande."),
          N_("Revenez en arrière et recommencez.")),
    401: (N_("Vous n’êtes plus connecté·e"), N_("Votre session a pris fin."), N_("Connectez-vous, puis recommencez.")),
    403: (N_("Page réservée"), N_("Vos droits ne suffisent pas pour cette page."),
          N_("Demandez à l’administration de votre AMAP.")),
    404: (N_("Page introuvable"), N_("Cette page n’existe pas, ou elle n’est pas à vous."),
          N_("Repartez de l’accueil ou cherchez une personne, un contrat, une date.")),
    405: (N_("Action impossible"), N_("Cette adresse ne permet pas cette action."), N_("Repartez de l’accueil.")),
    409: (N_("Modifié entre-temps"), N_("Quelqu’un a changé cette fiche pendant que vous écriviez."),
          N_("Revenez en arrière pour garder votre texte, puis rouvrez la fiche.")),
    413: (N_("Envoi trop gros"), N_("Le fichier dépasse la taille permise."),
          N_("Envoyez un fichier de moins de 10 Mo.")),
    415: (N_("Envoi refusé"), N_("Cette page n’accepte que ses propres formulaires."), N_("Repartez de l’accueil.")),
    422: (N_("Ce n’est pas possible"), N_("Une règle s’y oppose."), N_("Revenez en arrière pour corriger.")),
    429: (N_("Trop d’essais"), N_("Par prudence, nous faisons une pause."), N_("Réessayez dans quelques minutes.")),
    500: (N_("Une panne est survenue"), N_("La panne est notée."),
          N_("Réessayez. Si cela recommence, donnez le numéro ci-dessous à votre AMAP.")),
    503: (N_("Service en pause"), N_("La base de données ne répond pas, ou une mise à jour est en cours."),
          N_("Réessayez dans une minute.")),
}  # fmt: skip


def page(request: Request, status: int, problems: Sequence[str] = (), *, error: Exception | None = None) -> Response:
    """The error page of this status, drawn with the person's menus when the database answers."""
    title, message, advice = (_(text) for text in TEXTS.get(status, TEXTS[500]))
    here = facts(request)
    context: dict[str, Any] = {
        "status": status,
        "title": title,
        "message": message,
        "problems": list(problems),
        "lost": request.method != "GET",
        "advice": advice,
        "request_id": here.request_id,
    }
    try:
        with here.instance.reading(plugins=here.plugins) as reader:
            here.reader = reader
            reader.actor = session.who(request, reader)
            context["problems"] += _blamed(request, reader, error)
            return render(request, "error.html", status, **context)
    except Exception:
        log.exception("the error page could not be drawn")
        return bare(status)


async def drawn(request: Request, status: int, error: Exception | None = None) -> Response:
    """The error page, drawn in a thread since it reads the database."""
    return await in_thread(lambda: page(request, status, error=error))


def _blamed(request: Request, reader: Reader, error: Exception | None) -> list[str]:
    """The plugin that raised the error, with file and line, for administrators only."""
    plugin = culprit(error) if error is not None else ""
    if error is None or not plugin or reader.actor is None or not reader.actor.can("settings.write"):
        return []
    known = facts(request).instance.sets.registry.plugins[plugin]
    words = {"plugin": _(known.label), "where": place(error, known.folder)}
    return [_("Le greffon « %(plugin)s » a échoué (%(where)s). Désactivez-le pour continuer.") % words]


def forbidden(request: Request, permission: str) -> Response:
    """403 that says whose page it is."""
    roles = next((p.roles for p in PERMISSIONS if p.name == permission), ())
    labels = [_(role.label) for role in ROLES if role.code in roles]
    sentence = _("Cette page est réservée à : %(roles)s.") % {"roles": ", ".join(labels)} if labels else ""
    return page(request, 403, [sentence] if sentence else [])


def bare(status: int) -> Response:
    """A page that needs neither template nor database."""
    title, message, advice = (_(text) for text in TEXTS.get(status, TEXTS[500]))
    html = (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{message}</p><p>{advice}</p></html>"
    )
    return HTMLResponse(html, status_code=status)
