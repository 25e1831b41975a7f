"""Settings: pydantic models kept as JSON, one row per owner."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError
from sqlalchemy import select

from courtil.domain.events import SettingsChanged
from courtil.domain.fields import Email, Line, Required, Text, refuse
from courtil.domain.problems import Stale
from courtil.domain.school import Zone
from courtil.domain.words import N_
from courtil.plugin.payloads import Reader
from courtil.services.unit import Unit
from courtil.store.operations import Setting, SettingVersion

M = TypeVar("M", bound=BaseModel)


def _address(value: str) -> str:
    return TypeAdapter(Email).validate_python(value) if value else ""


def _web_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise refuse(N_("Écrivez une adresse complète, par exemple https://exemple.fr/courtil."))
    return value


class AmapSettings(BaseModel):
    """Who the AMAP is, for its pages, contracts and mails."""

    model_config = ConfigDict(extra="ignore")
    name: Required = Field("Notre AMAP", title=N_("Nom de l’AMAP"), max_length=100)
    city: Line = Field("", title=N_("Commune"), max_length=100)
    email: Annotated[Line, AfterValidator(_address)] = Field(
        "", title=N_("Adresse e-mail de contact"), max_length=254,
        description=N_("La boîte commune de l’AMAP. Elle figure sur l’accueil et dans l’aide."),
        json_schema_extra={"widget": "email"},
    )  # fmt: skip
    school_zone: Zone = Field(
        "", title=N_("Zone des vacances scolaires"),
        description=N_("Ses vacances sont proposées comme pauses quand on prépare les dates d’un contrat."),
    )  # fmt: skip
    presentation: Text = Field(
        "", title=N_("Présentation"), description=N_("L’accueil la montre à tout le monde."), max_length=5000,
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip
    source_url: Annotated[Line, AfterValidator(_web_address)] = Field(
        "", title=N_("Adresse du code source de cette instance"), max_length=300,
        description=N_("La licence demande que chaque personne puisse l’obtenir."),
        json_schema_extra={"inputmode": "url"},
    )  # fmt: skip
    mail_ending: Text = Field(
        "", title=N_("Fin des messages"), max_length=2000,
        description=N_("Ajoutée à chaque e-mail du site. Les mots entre accolades sont remplacés."),
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip


def read(reader: Reader, owner: str, model: type[M]) -> M:
    """The settings of this owner, or the defaults when there are none or a newer model refuses the old value."""
    row = reader.session.get(Setting, owner)
    if row is None:
        return model()
    try:
        return model.model_validate(row.value)
    except ValidationError:
        return model()


def stamp(reader: Reader, owner: str) -> int:
    """Which writing of these settings is in force; a form carries it, so that nobody overwrites another."""
    row = reader.session.get(Setting, owner)
    return int(row.changed_at.timestamp() * 1_000_000) if row else 0


def write(unit: Unit, owner: str, value: BaseModel, since: int | None = None) -> None:
    """Keep the settings of this owner. Raises Stale when they were written after the stamp `since`."""
    if since is not None and since != stamp(unit, owner):
        raise Stale
    data = _plain(value)
    row = unit.session.get(Setting, owner)
    before = row.value if row else {}
    changed = [key for key in data if data[key] != before.get(key)]
    who = unit.actor.person_id if unit.actor else None
    if row is None:
        unit.session.add(Setting(owner=owner, value=data, changed_at=unit.now, changed_by=who))
    else:
        if changed:
            _remember(unit, row, type(value))
        row.value, row.changed_at, row.changed_by = data, unit.now, who
    if changed:
        titles = [type(value).model_fields[key].title or key for key in changed]
        unit.record(SettingsChanged(owner=owner, what=", ".join(titles)))


def _plain(value: BaseModel) -> dict[str, Any]:
    """The values as JSON holds them, the secret ones as they are."""
    held = {name: getattr(value, name) for name in secrets_of(type(value))}
    return value.model_dump(mode="json") | {
        name: None if one is None else one.get_secret_value() for name, one in held.items()
    }


def _remember(unit: Unit, row: Setting, model: type[BaseModel]) -> None:
    """Keep what the settings were, but for secrets."""
    shown = {key: value for key, value in row.value.items() if key not in secrets_of(model)}
    unit.session.add(SettingVersion(owner=row.owner, value=shown, changed_at=row.changed_at, changed_by=row.changed_by))


def secrets_of(model: type[BaseModel]) -> frozenset[str]:
    """The fields that hold a password or a key: never shown again."""
    fields = model.model_fields.items()
    return frozenset(name for name, info in fields if SecretStr in (info.annotation, *get_args(info.annotation)))


def history(reader: Reader, owner: str, most: int = 10) -> Sequence[SettingVersion]:
    """The last settings that were replaced, newest first."""
    query = select(SettingVersion).where(SettingVersion.owner == owner).order_by(SettingVersion.id.desc())
    return reader.all(query.limit(most))


def amap_settings(reader: Reader) -> AmapSettings:
    """Who this AMAP is."""
    return read(reader, "amap", AmapSettings)
