"""The text of a contract: always in French, the same for the same facts, since its SHA-256 is what gets signed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from courtil.domain.articles import Article, Words, article_problems, filled
from courtil.domain.contracts import Charge, Line, total
from courtil.domain.dates import clock, long_day
from courtil.domain.money import Cents, format_euros
from courtil.domain.states import LABELS, PaymentMethod
from courtil.domain.words import FRENCH, spoken
from courtil.plugin.payloads import PaymentPart
from courtil.services.settings import AmapSettings
from courtil.services.unit import Reader
from courtil.store.calendar import Place
from courtil.store.contracts import Contract
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer
from courtil.store.people import Household

CHARTER = "la charte des AMAP de mars 2014"
KEPT_ABOVE = Cents(120_00)
"""Electronic contracts from this amount are kept ten years by the professional (consumer code)."""

Section = tuple[str, list[str]]

DEFAULT: Sequence[Article] = (
    Article(
        "Les parties",
        "La ferme : {ferme}.\n"
        "Le foyer : {foyer}.\n"
        "L’association {amap} met la ferme et le foyer en relation. Elle ne vend rien et ne garde rien.",
    ),
    Article(
        "L’objet",
        f"Ce contrat suit {CHARTER}. Les deux parties la connaissent et la respectent.\n"
        "Le foyer achète d’avance une part de la production de la ferme. La ferme la produit elle-même et la livre.\n"
        "{presentation}",
    ),
    Article("Les livraisons", "{livraisons}"),
    Article("Les produits et le prix", "{prix}"),
    Article("Le paiement", "{paiements}"),
    Article("Les aléas", "{aleas}"),
    Article("Les clauses de ce contrat", "{clauses}"),
    Article("Le droit de rétractation", "{retractation}"),
    Article("Les données personnelles", "{donnees}"),
    Article("La signature", "{signature}"),
)
"""The articles of a contract where nobody gives others."""


@dataclass(frozen=True)
class Facts:
    """All that a contract says; offer, farm, place, season, products, household and persons are loaded."""

    contract: Contract
    amap: AmapSettings
    lines: Sequence[Line]
    payments: Sequence[PaymentPart]
    charges: Sequence[Charge] = ()
    clauses: Sequence[str] = ()

    @property
    def offer(self) -> Offer:
        """What the contract was chosen from."""
        return self.contract.offer

    @property
    def total(self) -> Cents:
        """The price of all lines and charges."""
        return total(self.lines, self.charges)

    @property
    def days(self) -> list[date]:
        """Every day something comes."""
        return sorted({line.day for line in self.lines})

    @property
    def products(self) -> dict[int, Product]:
        """The chosen products by product of the offer."""
        chosen = {line.offer_product_id for line in self.lines}
        return {one.id: one.product for one in self.offer.products if one.id in chosen}


def articles_of(reader: Reader, offer_id: int) -> Sequence[Article]:
    """The articles that a plugin gives for the contracts of this offer, else the AMAP's own.

    Raises ValueError when the plugin's cannot be filled, or lack what a contract must say.
    """
    found = reader.hooks.contract_articles(offer_id, reader)
    if found is None:
        return DEFAULT
    if problems := article_problems(found):
        raise ValueError(f"articles of the offer {offer_id}: {'; '.join(one.message for one in problems)}")
    return found


@spoken(FRENCH)
def write(facts: Facts, articles: Sequence[Article] = DEFAULT) -> str:
    """The whole text: a title, then articles separated by blank lines; the first line of each is its heading."""
    offer = facts.offer
    head = [
        f"Contrat d’engagement « {offer.name} »",
        f"{facts.amap.name} – {offer.season.name} – contrat n° {facts.contract.id}",
    ]
    texts = [
        "\n".join([f"Article {number} – {' '.join(heading.split())}", *(_flat(text) for text in paragraphs)])
        for number, (heading, paragraphs) in enumerate(filled(articles, words_of(facts)), 1)
    ]
    return "\n\n".join(["\n".join(map(_flat, head)), *texts])


def words_of(facts: Facts) -> Words:
    """What stands for each placeholder in this contract, in French paragraphs."""
    offer = facts.offer
    return {
        "ferme": [_farm(offer.farm)],
        "foyer": [_household(facts.contract.household)],
        "livraisons": _deliveries(facts),
        "prix": _price(facts),
        "paiements": _payment(facts),
        "clauses": [*facts.clauses, *([offer.terms] if offer.terms else [])] or ["Il n’y a pas d’autre clause."],
        "retractation": _withdrawal(facts),
        "donnees": _privacy(facts),
        "signature": _SIGNING,
        "aleas": _HAZARDS,
        "presentation": [offer.presentation] if offer.presentation else [],
        "amap": [facts.amap.name],
        "saison": [offer.season.name],
        "nom": [offer.name],
        "contrat": [str(facts.contract.id)],
        "lieu": [offer.place.name],
        "total": [format_euros(facts.total)],
    }


def parts(text: str) -> tuple[tuple[str, str], list[Section]]:
    """Read a text back: ((title, subtitle), sections)."""
    head, *articles = text.split("\n\n")
    title, _line, subtitle = head.partition("\n")
    return (title, subtitle), [(heading, rest) for heading, *rest in (article.split("\n") for article in articles)]


def _flat(text: str) -> str:
    return "\n".join(line for line in (" ".join(one.split()) for one in text.splitlines()) if line) or "–"


def _farm(farm: Farm) -> str:
    siret = f", SIRET {farm.siret}" if farm.siret else ""
    contact = "".join(f", {value}" for value in (farm.phone, farm.email) if value)
    return f"{farm.name}{_address(farm)}{siret}{contact}"


def _household(household: Household) -> str:
    persons = ", ".join(person.full_name for person in household.persons if person.archived_at is None)
    return f"{household.name} ({persons or 'sans nom'}){_address(household)}"


def _address(row: Farm | Household | Place) -> str:
    city = " ".join(part for part in (row.postal_code, row.city) if part)
    return "".join(f", {part}" for part in (" ".join(row.address.split()), city) if part)


def _deliveries(facts: Facts) -> list[str]:
    place, days = facts.offer.place, facts.days
    where = f"Lieu : {place.name}{_address(place)}, de {clock(place.starts_at)} à {clock(place.ends_at)}."
    if not days:
        return ["Les dates sont choisies ensuite, comme ce contrat le dit.", where]
    span = f"une livraison, le {long_day(days[0])}"
    if len(days) > 1:
        span = f"{len(days)} livraisons, du {long_day(days[0])} au {long_day(days[-1])}"
    return [
        f"La ferme fait {span}.",
        where,
        f"Dates : {'; '.join(long_day(day) for day in days)}.",
        "Une date peut changer avec l’accord de la ferme et de l’association. Le foyer en est prévenu.",
    ]


def _price(facts: Facts) -> list[str]:
    found = [sentence for key in facts.products for sentence in _product(facts, key)]
    found += [f"{charge.label} : {format_euros(charge.cents)}." for charge in facts.charges]
    note = [f"Comment le prix a été fixé : {facts.offer.price_note}"] if facts.offer.price_note else []
    return [*found, f"Prix total : {format_euros(facts.total)}.", *note]


def _product(facts: Facts, key: int) -> Iterator[str]:
    """A sentence for each quantity and price of a product, with its dates unless it comes every time."""
    product = facts.products[key]
    unit = f" ({product.unit})" if product.unit else ""
    groups: dict[tuple[int, int], list[Line]] = {}
    for line in facts.lines:
        if line.offer_product_id == key:
            groups.setdefault((line.quantity, line.unit_cents), []).append(line)
    for (quantity, unit_cents), lines in groups.items():
        each = f"{quantity} × {product.name}{unit} à {format_euros(unit_cents)}"
        yield f"{each}, {len(lines)} fois : {format_euros(sum(line.cents for line in lines))}."
        if len(lines) < len(facts.days):
            yield f"Dates de « {product.name} » : {'; '.join(long_day(line.day) for line in lines)}."


def _payment(facts: Facts) -> list[str]:
    method = LABELS[PaymentMethod][facts.contract.method].lower()
    payee = facts.offer.farm.payee or facts.offer.farm.name
    if not facts.payments:
        return ["Ce contrat est gratuit : aucun paiement n’est demandé."]
    payees = sorted({part.payee or payee for part in facts.payments})
    return [
        f"Le foyer paie {format_euros(facts.total)} à la ferme, en {len(facts.payments)} fois. Moyen : {method}.",
        f"À l’ordre de : {', '.join(payees)}.",
        *(_part(part, payees) for part in facts.payments),
        "L’argent va à la ferme. L’association le transmet et ne garde rien.",
    ]


def _part(part: PaymentPart, payees: Sequence[str]) -> str:
    whom = f", à {part.payee}" if part.payee and len(payees) > 1 else ""
    return f"{long_day(part.due_on)} : {format_euros(part.cents)}{whom}."


_HAZARDS = (
    "Le foyer partage avec la ferme les risques et les surplus de la production : météo, maladies, ravageurs.",
    "Le contenu des paniers suit la saison. Si la récolte manque, la ferme prévient le foyer et l’association.",
    "Une livraison annulée est soit rendue au foyer, soit gardée par la ferme au titre de ces risques.",
)


def _withdrawal(facts: Facts) -> list[str]:
    lasting = [product.name for product in facts.products.values() if not product.perishable]
    fresh = [product.name for product in facts.products.values() if product.perishable]
    found = []
    if fresh:
        found.append(
            f"{_listed(fresh)} : ces produits s’abîment vite. Il n’y a pas de droit de rétractation "
            "(code de la consommation, article L221-28, 4°)."
        )
    if lasting:
        found.append(
            f"{_listed(lasting)} : le foyer peut se rétracter sans motif pendant 14 jours après la première livraison. "
            "Il l’écrit à la ferme, par exemple par e-mail (article L221-18)."
        )
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _privacy(facts: Facts) -> list[str]:
    contact = f" : {facts.amap.email}" if facts.amap.email else ""
    kept = "Il est conservé dix ans après la dernière livraison." if facts.total >= KEPT_ABOVE else ""
    return [
        "La ferme et l’association utilisent vos coordonnées pour ce contrat seulement.",
        f"Vous pouvez les consulter, les corriger ou vous y opposer, auprès de l’association{contact}.",
        *([f"Ce contrat atteint 120 €. {kept}"] if kept else []),
    ]


_SIGNING = (
    "Le foyer signe, puis la ferme. Chaque signature garde son auteur, sa date et l’empreinte du texte.",
    "Le foyer et la ferme peuvent lire et imprimer ce contrat à tout moment. Le foyer le reçoit aussi par e-mail.",
)
