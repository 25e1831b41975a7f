"""The text of a contract where no plugin writes another: what was signed in the past reads the same for ever."""

from datetime import date, time

from courtil.domain.articles import PLACEHOLDERS, article_problems
from courtil.domain.contracts import Charge, Line, fingerprint
from courtil.domain.states import PaymentMethod
from courtil.plugin.payloads import PaymentPart
from courtil.services.contract_text import DEFAULT, Facts, words_of, write
from courtil.services.settings import AmapSettings
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer, OfferProduct
from courtil.store.people import Household, Person

TEXT = """\
Contrat d’engagement « Légumes »
AMAP des Tilleuls – Hiver – contrat n° 7

Article 1 – Les parties
La ferme : Les Trois-Chênes, Dax, SIRET 12345678901234.
Le foyer : Lantier (Zoé Lantier, Ada Blanchot).
L’association AMAP des Tilleuls met la ferme et le foyer en relation. Elle ne vend rien et ne garde rien.

Article 2 – L’objet
Ce contrat suit la charte des AMAP de mars 2014. Les deux parties la connaissent et la respectent.
Le foyer achète d’avance une part de la production de la ferme. La ferme la produit elle-même et la livre.
De la terre.
Et du soin.

Article 3 – Les livraisons
La ferme fait 2 livraisons, du jeudi 7 janvier 2027 au jeudi 14 janvier 2027.
Lieu : Préau, de 18 h 30 à 20 h.
Dates : jeudi 7 janvier 2027; jeudi 14 janvier 2027.
Une date peut changer avec l’accord de la ferme et de l’association. Le foyer en est prévenu.

Article 4 – Les produits et le prix
2 × Panier moyen (environ 5 kg) à 12,50 €, 2 fois : 50,00 €.
1 × Miel (500 g) à 7,00 €, 1 fois : 7,00 €.
Dates de « Miel » : jeudi 7 janvier 2027.
Transport : 5,00 €.
Prix total : 62,00 €.
Comment le prix a été fixé : Voté en assemblée.

Article 5 – Le paiement
Le foyer paie 62,00 € à la ferme, en 2 fois. Moyen : chèque.
À l’ordre de : GAEC des Chênes.
jeudi 7 janvier 2027 : 30,00 €.
dimanche 7 février 2027 : 32,00 €.
L’argent va à la ferme. L’association le transmet et ne garde rien.

Article 6 – Les aléas
Le foyer partage avec la ferme les risques et les surplus de la production : météo, maladies, ravageurs.
Le contenu des paniers suit la saison. Si la récolte manque, la ferme prévient le foyer et l’association.
Une livraison annulée est soit rendue au foyer, soit gardée par la ferme au titre de ces risques.

Article 7 – Les clauses de ce contrat
Règle.
Un panier oublié est donné.

Article 8 – Le droit de rétractation
Panier moyen : ces produits s’abîment vite. Il n’y a pas de droit de rétractation (code de la consommation, article L221-28, 4°).
Miel : le foyer peut se rétracter sans motif pendant 14 jours après la première livraison. Il l’écrit à la ferme, par exemple par e-mail (article L221-18).

Article 9 – Les données personnelles
La ferme et l’association utilisent vos coordonnées pour ce contrat seulement.
Vous pouvez les consulter, les corriger ou vous y opposer, auprès de l’association.

Article 10 – La signature
Le foyer signe, puis la ferme. Chaque signature garde son auteur, sa date et l’empreinte du texte.
Le foyer et la ferme peuvent lire et imprimer ce contrat à tout moment. Le foyer le reçoit aussi par e-mail."""


def facts(**changes: object) -> Facts:
    """A contract of baskets and honey with everything that its text may tell."""
    here = {"address": "", "postal_code": "", "city": ""}
    farm = Farm(
        name="Les Trois-Chênes", payee="GAEC des Chênes", siret="12345678901234", phone="", email="", **here | {"city": "Dax"}
    )  # fmt: skip
    products = [
        OfferProduct(id=1, product=Product(name="Panier moyen", unit="environ 5 kg", perishable=True)),
        OfferProduct(id=2, product=Product(name="Miel", unit="500 g", perishable=False)),
    ]
    values: dict[str, object] = {
        "id": 1, "name": "Légumes", "presentation": "De la terre.\n\nEt du soin.", "terms": "Un panier oublié est donné.",
        "price_note": "Voté en assemblée.", "methods": ["cheque"], "farm": farm, "products": products,
        "season": Season(name="Hiver"), "place": Place(name="Préau", starts_at=time(18, 30), ends_at=time(20), **here),
    } | changes  # fmt: skip
    home = Household(name="Lantier", **here)
    home.persons = [Person(first_name="Zoé", last_name="Lantier"), Person(first_name="Ada", last_name="Blanchot")]
    contract = Contract(id=7, offer=Offer(**values), household=home, method=PaymentMethod.CHEQUE)
    lines = [
        Line(1, 1, date(2027, 1, 7), 2, 1_250), Line(2, 1, date(2027, 1, 7), 1, 700),
        Line(1, 2, date(2027, 1, 14), 2, 1_250),
    ]  # fmt: skip
    parts = [PaymentPart(due_on=date(2027, 1, 7), cents=3_000), PaymentPart(due_on=date(2027, 2, 7), cents=3_200)]
    return Facts(contract, AmapSettings(name="AMAP des Tilleuls"), lines, parts, [Charge("Transport", 500)], ["Règle."])


def test_the_text_of_an_amap_that_wrote_none_does_not_change_by_a_byte() -> None:
    assert write(facts()) == TEXT
    assert fingerprint(write(facts())) == "48b108f0b5dac5d63d155ac6208a4681564f2ae0161df77f9d5b5338071a21d3"


def test_it_is_made_of_the_articles_that_one_starts_from() -> None:
    assert article_problems(DEFAULT) == []
    assert write(facts(), DEFAULT) == write(facts())


def test_every_word_that_is_offered_has_something_to_say() -> None:
    assert set(words_of(facts())) == set(PLACEHOLDERS)


def test_an_offer_without_presentation_has_no_line_for_it() -> None:
    assert "Et du soin." not in write(facts(presentation=""))
    assert "livre.\n\nArticle 3" in write(facts(presentation=""))


def test_braces_of_an_offer_are_what_somebody_typed() -> None:
    text = write(facts(presentation="Le {prix} est { à part }", terms="{foyer}"))
    assert "Le {prix} est { à part }" in text
    assert "\n{foyer}\n" in text
