"""An evening sheet as an AMAP prints it, with the names that break careless programs."""

from datetime import date
from decimal import Decimal

from courtil.documents import (
    Column,
    Document,
    Field,
    Fields,
    Group,
    Notes,
    SignatureBox,
    Signatures,
    Table,
    Text,
)

FORMULA = '=HYPERLINK("http://exemple.invalid";"cliquez")'
MARKUP = '#import "x" *gras* $x$ [lien] \\'
SCRIPT = "<script>alert(1)</script>"
LONG = "Marie-Antoinette de La Rochefoucauld-Montmorency et Jean-Baptiste Œuvrard-Lefèbvre du Bois de la Garenne-sur-l’Hers ap. 12"
AWKWARD = (FORMULA, MARKUP, SCRIPT, LONG, "Zoé Œuvrard – l’épicerie à 12 €")

_FIRST = ("Aïcha", "Benoît", "Chloé", "Dîna", "Élodie", "François", "Gaëlle", "Hélène", "Inès", "Jérôme")
_LAST = ("Lefèvre", "Nuñez", "Bœuf", "Garçon", "Müller", "d’Hôtel", "Le Goff", "Kowalski")

COLUMNS = (
    Column(label="Nom"),
    Column(label="Paniers", kind="number"),
    Column(label="Œufs", kind="number"),
    Column(label="Solde", kind="cents"),
    Column(label="Fin du contrat", kind="date"),
    Column(label="Pris", kind="tick"),
    Column(label="Émargement", kind="signature"),
)


def rows(count: int) -> tuple[tuple[object, ...], ...]:
    """One household a row; the awkward names first."""
    names = [*AWKWARD, *(f"{_LAST[i % 8]} {_FIRST[i % 10]} {i}" for i in range(count))][:count]
    return tuple(
        (name, 1 + i % 2, Decimal("0.50") if i == 7 else i % 3 * 6, i * 1234 - 2500, date(2026, 11, 26), None, None)
        for i, name in enumerate(names)
    )


def evening_sheet(count: int = 60, **changes: object) -> Document:
    """The sheet people sign on the evening of a distribution."""
    table = Table(
        caption="Liste d’émargement",
        columns=COLUMNS,
        rows=rows(count),
        footer=("Total", 90, Decimal("360.50"), 22500, None, None, None),
        empty="Personne n’est attendu ce soir. Choisissez une autre date.",
    )
    values: dict[str, object] = {
        "title": "Distribution du jeu. 26 nov. 2026",
        "subtitle": "Salle des fêtes de Lagrâce-Dieu, de 18 h 30 à 20 h",
        "amap": "AMAP des Coquelicots",
        "filename": "Feuille d’émargement – œufs",
        "blocks": (
            Fields(
                pairs=(
                    Field(label="Ferme", value="GAEC du Chêne vert"),
                    Field(label="Livraison", value=date(2026, 11, 26), kind="date"),
                    Field(label="À encaisser", value=22500, kind="cents"),
                )
            ),
            table,
            Notes(lines=("Les paniers non pris à 20 h vont à l’épicerie solidaire.",)),
        ),
    }
    return Document(**{**values, **changes})


def contract() -> Document:
    """A contract: text, facts, a table in groups, signatures."""
    return Document(
        title="Contrat légumes, hiver 2026",
        subtitle="Entre Léa Œuvrard et le GAEC du Chêne vert",
        amap="AMAP des Coquelicots",
        blocks=(
            Fields(
                heading="Les parties",
                pairs=(
                    Field(label="Adhérente", value="Léa Œuvrard\n12, rue de l’Église\n31190 Lagrâce-Dieu"),
                    Field(label="Téléphone", value=None),
                    Field(label="Total", value=22500, kind="cents"),
                ),
            ),
            Text(
                heading="Engagements",
                paragraphs=(
                    "L’adhérente s’engage à prendre son panier chaque jeudi, ou à le faire prendre par une autre personne.",
                    "La ferme s’engage à livrer des légumes de saison, cultivés sans pesticide, et à dire ce qui manque.",
                ),
            ),
            Table(
                caption="Paiements",
                columns=(
                    Column(label="Échéance", kind="date"),
                    Column(label="Moyen"),
                    Column(label="Montant", kind="cents"),
                ),
                groups=(
                    Group(
                        heading="Chèques",
                        rows=(
                            (date(2026, 11, 5), "Chèque 0012345", 7500),
                            (date(2026, 12, 3), "Chèque 0012346", 7500),
                        ),
                    ),
                    Group(heading="Virements", rows=((date(2027, 1, 7), "Virement", 7500),)),
                ),
                group_label="Type",
                footer=("Total", "", 22500),
            ),
            Signatures(
                boxes=(
                    SignatureBox(
                        label="L’adhérente", name="Léa Œuvrard", signed_at="Signé en ligne le 3 nov. 2026 à 18 h 02"
                    ),
                    SignatureBox(label="La ferme", name="GAEC du Chêne vert"),
                )
            ),
            Notes(lines=("Exemplaire de l’adhérente.", "Litige : parlez-en d’abord au référent.")),
        ),
    )
