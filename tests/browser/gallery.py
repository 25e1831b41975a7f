"""Every component with stand-in content, drawn by a small Jinja environment and served as the application would."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from courtil.domain import states
from courtil.domain.words import _, ngettext

CORE = Path(states.__file__).parents[1]
STATIC = CORE / "static"
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
LONG_NAME = "AMAP des Jardins partagés de Saint-Barthélemy-d’Anjou"
FIRST_NAMES = (
    "Aïcha",
    "Bénédicte",
    "Camille",
    "Driss",
    "Élise",
    "Fatoumata",
    "Gaël",
    "Hélène",
    "Inès",
    "Jean-Baptiste",
)
LAST_NAMES = ("Abgrall", "Benhaddou", "Castaing-Delpierre", "Le Goff", "Nguyen", "de la Rochebrochard")


@dataclass
class Control:
    name: str
    label: str
    kind: str = "text"
    value: Any = None
    help: str = ""
    errors: list[str] = field(default_factory=list)
    required: bool = True
    options: list[tuple[Any, str]] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def input_name(self) -> str:
        return self.name


@dataclass
class Problem:
    message: str
    field: str | None = None


@dataclass
class Form:
    controls: list[Control]
    errors: list[Problem] = field(default_factory=list)
    sections: tuple[()] = ()

    def control(self, name: str) -> Control:
        return next(control for control in self.controls if control.name == name)


@dataclass
class Pager:
    page: int
    pages: int
    total: int

    def url(self, page: int) -> str:
        return f"?page={page}"


def controls() -> list[Control]:
    """One control of each kind, good values."""
    ways = [("cheque", "Par chèque"), ("transfer", "Par virement"), ("direct_debit", "Par prélèvement SEPA")]
    return [
        Control("farm", "Ferme", "hidden", 3),
        Control("name", "Nom du foyer", value="Castaing-Delpierre de la Rochebrochard"),
        Control("email", "Adresse e-mail", "email", "helene@example.org", attributes={"autocomplete": "email"}),
        Control("phone", "Téléphone", "tel", required=False, help="Pour prévenir d’un changement le jour même."),
        Control("secret", "Mot de passe", "password", attributes={"autocomplete": "new-password", "minlength": 12}),
        Control("members", "Personnes dans le foyer", "number", 3, attributes={"min": 1, "max": 12}),
        Control("price", "Prix d’un panier", "cents", "12,50"),
        Control("start", "Première livraison", "date", "2026-11-26"),
        Control("hour", "Heure de la distribution", "time", "18:30"),
        Control("closing", "Fin des inscriptions", "datetime", "2026-11-20T23:59"),
        Control(
            "place", "Lieu", "select", 2, options=[(None, "Choisir un lieu"), (1, "Halle"), (2, "Préau de l’école")]
        ),
        Control("way", "Comment payez-vous ?", "radio", "cheque", options=[*ways]),
        Control(
            "help",
            "Vous pouvez aider à",
            "checkboxes",
            [1],
            required=False,
            options=[(1, "Tenir une permanence"), (2, "Imprimer")],
        ),
        Control("charter", "J’ai lu la charte et je la partage", "checkbox", True),
        Control("proof", "Contrat signé sur papier", "file", required=False, help="Une photo ou un PDF, 5 Mo au plus."),
        Control("note", "Un mot pour la ferme", "textarea", "Sans courge, merci.", required=False),
    ]


def faulty_form() -> Form:
    """The same form sent back: each control carries an error, one error concerns the whole."""
    wrong = [control for control in controls() if control.kind != "hidden"]
    for control in wrong:
        control.name = f"bad_{control.name}"
        control.help = control.help or "Une phrase d’aide, toujours avant la case."
        control.errors = ["Cette réponse manque ou ne convient pas. Écrivez-la autrement."]
    problems = [Problem(f"{control.label} : à revoir", control.name) for control in wrong]
    return Form(wrong, [Problem("Les inscriptions ont fermé hier soir."), *problems])


def households(count: int) -> list[dict[str, Any]]:
    """Rows as a coordinator reads them, names of every length."""
    return [
        {
            "name": f"{FIRST_NAMES[n % 10]} {LAST_NAMES[n % 6]}",
            "basket": ("Petit panier", "Grand panier et 6 œufs", "Panier moyen, pain de 1 kg")[n % 3],
            "state": list(states.ContractState)[n % 7],
            "total": f"{150 + 7 * n},00 €",
        }
        for n in range(count)
    ]


def spaces() -> list[dict[str, Any]]:
    words = [
        ("Aujourd’hui", "house"), ("Distributions", "calendar-days"), ("Contrats", "file-text"), ("Personnes", "users"),
        ("Permanences", "list-checks"), ("Paiements", "wallet"), ("Messages", "messages-square"), ("Solidarité", "heart-handshake"),
        ("Réglages", "settings"), ("Journal", "history"),
    ]  # fmt: skip
    entries = [{"label": a, "url": f"#{i}", "icon": i, "current": i == "file-text"} for a, i in words]
    return [
        {"label": "Amapien·ne", "url": "#a", "current": False, "entries": []},
        {"label": "Coordination", "url": "#c", "current": True, "entries": entries},
    ]


def context(**changes: Any) -> dict[str, Any]:
    """What every page is given by the application."""
    flash = {
        "kind": "success",
        "message": "La livraison du jeudi 26 novembre est déplacée au mercredi 25.",
        "undo_url": "/undo",
        "undo_label": "Annuler",
    }
    usual = {
        "page_title": "Galerie", "amap_name": "AMAP des Tilleuls", "actor": {"name": "Hélène Castaing-Delpierre"}, "spaces": spaces(),
        "flash": flash, "help_url": "/aide", "demo": True, "developing": False, "left_out": {}, "request_path": "/gallery", "rows": households(60), "form": Form(controls()),
        "bad": faulty_form(), "clean": Form([]), "states": [state for kind in KINDS for state in kind], "pager": Pager(2, 5, 212),
    }  # fmt: skip
    return usual | changes


KINDS = (states.OfferState, states.ContractState, states.DeliveryState, states.LineEffect, states.PaymentState)


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader([Path(__file__).parent / "templates", CORE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(_, ngettext, newstyle=False)  # type: ignore[attr-defined]
    made.filters["label"] = states.label
    made.globals.update(
        url=lambda name, **_: f"/{name}", static=lambda path: f"/static/{path}", slot=lambda *_, **__: Markup("")
    )
    return made


def pages() -> dict[str, str]:
    """The gallery's pages by path."""
    made = environment()
    lost = {
        "status": 404,
        "title": "Cette page n’existe pas",
        "message": "L’adresse est fausse, ou la page a été retirée.",
    }
    broken = {
        "status": 500,
        "title": "Une erreur est arrivée chez nous",
        "message": "Le site n’a pas pu répondre. Vous n’y êtes pour rien.",
    }
    advice = {
        "advice": "Revenez en arrière et recommencez. Si cela continue, écrivez à la coordination.",
        "request_id": "7F3K-22QD",
    }
    return {
        "/gallery": made.get_template("gallery.html").render(context()),
        "/forms": made.get_template("gallery_forms.html").render(
            context(page_title="Formulaires", flash=None, demo=False)
        ),
        "/lost": made.get_template("error.html").render(context(**lost, **advice, flash=None, amap_name=LONG_NAME)),
        "/broken": made.get_template("error.html").render(
            context(**broken, **advice, actor=None, spaces=[], flash=None, help_url=None)
        ),
    }


class Handler(BaseHTTPRequestHandler):
    """Answers with the gallery's pages and the core's static files, under the application's policy."""

    pages: Mapping[str, str]

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        file = STATIC / path.removeprefix("/static/")
        if path in self.pages:
            self.answer(self.pages[path].encode(), "text/html; charset=utf-8")
        elif path.startswith("/static/") and file.is_file():
            self.answer(file.read_bytes(), guess_type(file.name)[0] or "text/plain")
        else:
            self.send_error(404)

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet: tests speak through assertions."""


@contextmanager
def served() -> Iterator[str]:
    """The address of the gallery on a free local port."""
    handler = type("GalleryHandler", (Handler,), {"pages": pages()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
