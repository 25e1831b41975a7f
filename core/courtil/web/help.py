"""Help, and the pages of the footer: about, accessibility, personal data."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from courtil import SOURCE_URL, __version__
from courtil.domain.problems import NotFound
from courtil.domain.words import N_, _
from courtil.services import source
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader
from courtil.web.pages import PUBLIC, page
from courtil.web.render import render
from courtil.web.request import facts

LICENCE = "AGPL-3.0-or-later"


@dataclass(frozen=True)
class Topic:
    """A help page: `templates/help/<code>.html`."""

    code: str
    title: str
    says: str
    template: str = ""

    @property
    def page(self) -> str:
        """Its template."""
        return self.template or f"help/{self.code}.html"


TOPICS = (
    Topic("connexion", N_("Se connecter"), N_("Recevoir un lien, choisir un mot de passe, gérer son compte.")),
    Topic("souscrire", N_("Souscrire un contrat"), N_("Choisir ses paniers, payer, relire, signer.")),
    Topic("contrats", N_("Les contrats des foyers"), N_("Suivre, saisir, contresigner, résilier.")),
    Topic("distributions", N_("Les distributions"), N_("Voir les dates, déplacer ou annuler une livraison.")),
    Topic("feuilles", N_("Les feuilles du soir"), N_("Imprimer ce qu’il faut pour la distribution.")),
    Topic("personnes", N_("Les personnes et les foyers"), N_("Ajouter, modifier, noter un départ, inviter.")),
    Topic("importer", N_("Importer un tableau"), N_("Reprendre une liste de membres.")),
    Topic("fermes", N_("Les fermes et leurs produits"), N_("Tenir la fiche d’une ferme et ses produits.")),
    Topic("calendrier", N_("Les lieux et les saisons"), N_("Créer un lieu ou une saison.")),
    Topic("offres", N_("Les contrats vierges"), N_("Préparer, ouvrir et clore un contrat.")),
    Topic("paiements", N_("Les paiements"), N_("Noter les chèques et les remettre aux fermes.")),
    Topic("ferme", N_("L’espace de la ferme"), N_("Voir quoi récolter et qui s’engage.")),
    Topic("reglages", N_("Les réglages et les droits"), N_("Présenter l’AMAP, choisir qui fait quoi.")),
    Topic("greffons", N_("Les greffons"), N_("Activer, régler, désactiver ce qui s’ajoute au site.")),
    Topic("journal", N_("Le journal"), N_("Retrouver qui a fait quoi, et quand.")),
)


def _written(request: Request) -> list[Topic]:
    """The topics of the core and of the plugins that are on."""
    added = facts(request).plugins.declared.help_pages
    return [*TOPICS, *(Topic(f"{plugin}-{one.code}", one.title, one.says, one.template) for plugin, one in added)]


@page("/aide", needs=PUBLIC, name="help")
def help_index(request: Request, reader: Reader) -> Response:
    """All the help pages."""
    return render(request, "help/index.html", page_title=_("Aide"), topics=_written(request))


@page("/aide/{topic}", needs=PUBLIC)
def help_page(request: Request, reader: Reader) -> Response:
    """How to do one thing."""
    topic = next((t for t in _written(request) if t.code == request.path_params["topic"]), None)
    if topic is None:
        raise NotFound("help")
    return render(request, topic.page, page_title=_(topic.title), topic=topic)


@page("/a-propos", needs=PUBLIC)
def about(request: Request, reader: Reader) -> Response:
    """What this software is, its licence, its source, the plugins that are on."""
    here = facts(request)
    known = here.instance.sets.registry.plugins
    return render(
        request, "help/about.html", page_title=_("À propos"), version=__version__, licence=LICENCE,
        plugins=[known[name] for name in here.plugins.names],
        source_url=amap_settings(reader).source_url or here.instance.config.source_url or SOURCE_URL,
    )  # fmt: skip


@page("/a-propos/code-source.zip", needs=PUBLIC)
def source_code(request: Request, reader: Reader) -> Response:
    """The code that runs here, as the licence (AGPL, section 13) promises it to whoever uses it over a network."""
    here = facts(request)
    content = source.archive(tuple(here.instance.sets.registry.plugins[name] for name in here.plugins.names))
    headers = {"content-disposition": 'attachment; filename="code-source.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


@page("/accessibilite", needs=PUBLIC)
def accessibility(request: Request, reader: Reader) -> Response:
    """What was checked, by whom, and what is not."""
    return render(request, "help/accessibility.html", page_title=_("Accessibilité"))


@page("/donnees-personnelles", needs=PUBLIC)
def privacy(request: Request, reader: Reader) -> Response:
    """What is kept, why, how long, and one's rights."""
    here = facts(request)
    known = here.instance.sets.registry.plugins
    return render(
        request, "help/privacy.html", page_title=_("Données personnelles"),
        plugins=[known[name] for name in here.plugins.names],
    )  # fmt: skip
