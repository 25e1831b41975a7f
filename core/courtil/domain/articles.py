"""Articles of a contract with words to fill in, as `{ferme}`: which words there are, and which the law wants."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from courtil.domain.problems import Problem
from courtil.domain.words import N_, _

Words = Mapping[str, Sequence[str]]
"""What stands for each placeholder, in paragraphs."""

_WORD = re.compile(r"\{([^{}]*)\}")


class Article(NamedTuple):
    """A heading and a text; each line of the text is a paragraph. Both may hold placeholders."""

    heading: str
    text: str


class Placeholder(NamedTuple):
    """A word in braces: what it becomes, and why no contract goes without it, if so."""

    says: str
    why: str = ""


PLACEHOLDERS: Mapping[str, Placeholder] = {
    "ferme": Placeholder(N_("la ferme, avec son adresse et son SIRET"), N_("un contrat nomme la ferme qui s’engage")),
    "foyer": Placeholder(N_("le foyer, ses personnes et son adresse"), N_("un contrat nomme le foyer qui s’engage")),
    "livraisons": Placeholder(
        N_("le lieu, l’heure et toutes les dates"), N_("le foyer sait où et quand il reçoit ses paniers")
    ),
    "prix": Placeholder(
        N_("les produits choisis, leur prix et le prix total"), N_("la loi veut le prix de chaque produit et le total")
    ),
    "paiements": Placeholder(
        N_("le nombre de paiements, leurs dates et l’ordre"), N_("le foyer paie d’avance, à des dates écrites")
    ),
    "clauses": Placeholder(
        N_("ce que prévoit le contrat vierge : règles, changements, clauses"),
        N_("sans lui, les règles de ce contrat ne seraient pas signées"),
    ),
    "retractation": Placeholder(
        N_("le droit de rétractation de chaque produit"), N_("la loi oblige à dire si le foyer peut se rétracter")
    ),
    "donnees": Placeholder(
        N_("à quoi servent les données personnelles"), N_("la loi oblige à dire à quoi servent les coordonnées")
    ),
    "signature": Placeholder(N_("comment le foyer et la ferme signent"), N_("chacun sait comment l’autre signe")),
    "aleas": Placeholder(N_("le partage des risques et des surplus")),
    "presentation": Placeholder(N_("la présentation du contrat vierge")),
    "amap": Placeholder(N_("le nom de l’AMAP")),
    "saison": Placeholder(N_("le nom de la saison")),
    "nom": Placeholder(N_("le nom du contrat")),
    "contrat": Placeholder(N_("le numéro du contrat")),
    "lieu": Placeholder(N_("le nom du lieu")),
    "total": Placeholder(N_("le prix total")),
}
"""Every placeholder; those that law or charter want come first."""


def article_problems(articles: Sequence[Article]) -> list[Problem]:
    """Why no contract can be written from these articles; `field` is `articles-0` for what is wrong in the first."""
    found = [
        Problem(message, f"articles-{number}")
        for number, article in enumerate(articles)
        for message in _mistakes(article)
    ]
    used = {word for article in articles for word in _WORD.findall(f"{article.heading} {article.text}")}
    missing = _("Il manque « {%(word)s} » : %(why)s.")
    found += [
        Problem(missing % {"word": word, "why": _(one.why)})
        for word, one in PLACEHOLDERS.items()
        if one.why and word not in used
    ]
    return found


def _mistakes(article: Article) -> Iterator[str]:
    if not article.heading.strip() or not article.text.strip():
        yield _("Donnez un titre et un texte à chaque article.")
    both = f"{article.heading}\n{article.text}"
    for word in dict.fromkeys(_WORD.findall(both)):
        if word not in PLACEHOLDERS:
            words = {"word": word, "near": difflib.get_close_matches(word.lower(), PLACEHOLDERS, 1, 0)[0]}
            yield _("« {%(word)s} » n’est pas un mot à remplir. Vouliez-vous écrire « {%(near)s} » ?") % words
    if re.search(r"[{}]", _WORD.sub("", both)):
        words = {"heading": article.heading.strip()}
        yield _("Dans « %(heading)s », une accolade est seule : effacez-la, ou fermez-la.") % words


def filled(articles: Sequence[Article], words: Words) -> list[tuple[str, list[str]]]:
    """(heading, paragraphs) of each article. What is filled in is never read again: its braces stay as they are.

    A placeholder alone on its line becomes its paragraphs, none at all when there are none. Raises KeyError for a
    placeholder that has no words.
    """
    return [
        (_inline(one.heading, words), [said for line in one.text.splitlines() for said in _paragraphs(line, words)])
        for one in articles
    ]


def _paragraphs(line: str, words: Words) -> Sequence[str]:
    if not line.strip():
        return []
    alone = _WORD.fullmatch(line.strip())
    return words[alone[1]] if alone else [_inline(line, words)]


def _inline(text: str, words: Words) -> str:
    return _WORD.sub(lambda found: " ".join(words[found[1]]), text)
