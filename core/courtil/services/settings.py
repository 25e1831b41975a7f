"""Settings: pydantic models kept as JSON, one row per owner."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from courtil.domain.events import SettingsChanged
from courtil.domain.words import N_
from courtil.services.unit import Reader, Unit
from courtil.store.operations import Setting

M = TypeVar("M", bound=BaseModel)


class AmapSettings(BaseModel):
    """Who the AMAP is, for its pages, contracts and mails."""

    model_config = ConfigDict(extra="ignore")
    name: str = Field(default="Notre AMAP", title=N_("Nom de l’AMAP"), min_length=1, max_length=100)
    city: str = Field(default="", title=N_("Commune"), max_length=100)
    email: str = Field(default="", title=N_("Adresse e-mail de contact"), max_length=254)
    presentation: str = Field(default="", title=N_("Présentation"), max_length=5000)
    source_url: str = Field(default="", title=N_("Adresse du code source de cette instance"), max_length=300)


def read(reader: Reader, owner: str, model: type[M]) -> M:
    """The settings of this owner, or the defaults when there are none or a newer model refuses the old value."""
    row = reader.session.get(Setting, owner)
    if row is None:
        return model()
    try:
        return model.model_validate(row.value)
    except ValidationError:
        return model()


def write(unit: Unit, owner: str, value: BaseModel) -> None:
    """Keep the settings of this owner."""
    data = value.model_dump(mode="json")
    row = unit.session.get(Setting, owner)
    before = row.value if row else {}
    changed = sorted(key for key in data if data[key] != before.get(key))
    who = unit.actor.person_id if unit.actor else None
    if row is None:
        unit.session.add(Setting(owner=owner, value=data, changed_at=unit.now, changed_by=who))
    else:
        row.value, row.changed_at, row.changed_by = data, unit.now, who
    if changed:
        unit.record(SettingsChanged(owner=owner, what=", ".join(changed)))


def amap_settings(reader: Reader) -> AmapSettings:
    """Who this AMAP is."""
    return read(reader, "amap", AmapSettings)
