"""The sheets of an offer and of an evening: each is a document, made of what signed contracts say is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from courtil.api import N_, Document, Reader
from courtil_contracts.services.sheets.farm import farm_sheet, weekly_need
from courtil_contracts.services.sheets.form import form, homes
from courtil_contracts.services.sheets.grid import grid
from courtil_contracts.services.sheets.inspection import inspection
from courtil_contracts.services.sheets.labels import delivery_of, labels
from courtil_contracts.services.sheets.season import Asked, Season, offers_with_sheets, season_of
from courtil_contracts.services.sheets.synthesis import synthesis


@dataclass(frozen=True)
class Sheet:
    """A sheet of a season: its name, what it is for, and how it is made."""

    label: str
    says: str
    document: Callable[[Reader, Season, Asked], Document]
    of_farm: bool = True
    """Whether the farm has it as well."""


SHEETS: Mapping[str, Sheet] = {
    "ferme": Sheet(N_("Feuille de la ferme"), N_("Ce que la ferme apporte à chaque date, et le cumul."), farm_sheet),
    "semaines": Sheet(
        N_("Besoin par semaine"),
        N_("Ce qu’il faut récolter ou préparer chaque semaine, pour tous les contrats de la ferme cette saison."),
        weekly_need,
    ),
    "grille": Sheet(N_("Grille foyers × dates"), N_("Combien chaque foyer prend à chaque date."), grid),
    "synthese": Sheet(N_("Synthèse du contrat"), N_("Foyers, produits et dates, avec les cumuls."), synthesis),
    "formulaire": Sheet(
        N_("Formulaire papier"),
        N_("Le contrat à remplir et à signer à la main, pour qui n’a pas Internet."),
        form,
        of_farm=False,
    ),
}
"""The sheets of a season by the name in their address."""

__all__ = [
    "SHEETS", "Asked", "Season", "Sheet", "delivery_of", "homes", "inspection", "labels", "offers_with_sheets",
    "season_of",
]  # fmt: skip
