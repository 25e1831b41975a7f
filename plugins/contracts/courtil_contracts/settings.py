"""What an AMAP chooses about its contracts."""

from pydantic import BaseModel, Field

from courtil.api import N_, Reader, read_settings


class Settings(BaseModel):
    """Who agrees to a contract before it opens, and who is reminded before it closes."""

    asks_farm: bool = Field(
        default=True, title=N_("La ferme approuve chaque contrat avant l’ouverture des souscriptions"),
        description=N_("Sans accès au site, la ferme donne son accord de vive voix et la coordination le note."),
    )  # fmt: skip
    remind_days: int = Field(
        5, ge=0, le=30, title=N_("Rappeler un contrat qui se clôt, … jours avant"),
        description=N_("Un seul message par foyer et par contrat. 0 : pas de rappel."),
    )  # fmt: skip
    remind_everybody: bool = Field(
        default=False, title=N_("Rappeler à tous les foyers"),
        description=N_("Sinon, à ceux qui avaient un contrat de cette ferme la saison d’avant."),
    )  # fmt: skip


def settings(reader: Reader) -> Settings:
    """What this AMAP chose."""
    return read_settings(reader, "contracts", Settings)
