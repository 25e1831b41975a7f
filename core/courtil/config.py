"""Which instances a process serves: `instances.toml`, or one folder for the single case."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

NAME = r"^[a-z][a-z0-9_]{0,40}$"


class MailSettings(BaseModel):
    """How mail leaves; without a host it is written to files in the instance's folder."""

    model_config = ConfigDict(extra="forbid")
    host: str = ""
    port: int = 587
    user: str = ""
    password_file: Path | None = None
    starttls: bool = True
    sender: str = "courtil@localhost"


class InstanceConfig(BaseModel):
    """One AMAP: its host names, its database and its folder."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, StringConstraints(pattern=NAME)]
    hosts: tuple[str, ...] = ()
    base_url: str = ""
    folder: Path
    database: str = ""
    db_schema: str | None = Field(default=None, alias="schema")
    mail: MailSettings = MailSettings()
    source_url: str = ""
    demo: bool = False

    @field_validator("hosts")
    @classmethod
    def lower(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        """Host names are compared in lower case, without port."""
        return tuple(host.lower() for host in hosts)

    @property
    def url(self) -> str:
        """The database, by default a SQLite file in the folder."""
        return self.database or f"sqlite:///{self.folder / 'courtil.sqlite3'}"


class HostingConfig(BaseModel):
    """Everything a process serves."""

    model_config = ConfigDict(extra="forbid")
    instances: tuple[InstanceConfig, ...]
    any_host: bool = False
    open_at_most: int = 128
    trusted_proxies: str = "127.0.0.1"

    @property
    def by_name(self) -> dict[str, InstanceConfig]:
        """The instances by name."""
        return {instance.name: instance for instance in self.instances}

    @property
    def by_host(self) -> dict[str, InstanceConfig]:
        """The instances by host name."""
        return {host: instance for instance in self.instances for host in instance.hosts}


def read_config(path: Path) -> HostingConfig:
    """Read `instances.toml`; folders are relative to it. Raises ValueError on a host or name that stands twice."""
    raw = tomllib.loads(path.read_text("utf-8"))
    described = [_beside(path.parent, {"folder": one.get("name", "")} | one) for one in raw.get("instances", [])]
    config = HostingConfig.model_validate(raw | {"instances": described})
    names = [i.name for i in config.instances]
    hosts = [h for i in config.instances for h in i.hosts]
    for what in (names, hosts):
        twice = {x for x in what if what.count(x) > 1}
        if twice:
            raise ValueError(f"stands twice in {path}: {', '.join(sorted(twice))}")
    return config


def single_folder(folder: Path, name: str = "amap", *, demo: bool = False) -> HostingConfig:
    """One instance in one folder, with what its `courtil.toml` says of it.

    With a `base_url` only its host name is served, and this machine's own; without one, any.
    """
    said = tomllib.loads(path.read_text("utf-8")) if (path := folder / "courtil.toml").exists() else {}
    said = {
        "base_url": os.environ.get("COURTIL_BASE_URL", ""),
        "source_url": os.environ.get("COURTIL_SOURCE_URL", ""),
    } | said
    own = urlsplit(said["base_url"]).hostname
    hosts = (own, "localhost", "127.0.0.1") if own else ()
    instance = InstanceConfig.model_validate(_beside(folder, said | {"name": name, "hosts": hosts}) | {"demo": demo})
    return HostingConfig(instances=(instance,), any_host=not hosts)


def _beside(folder: Path, raw: dict[str, Any]) -> dict[str, Any]:
    """The description of an instance with its paths taken from this folder."""
    mail = dict(raw.get("mail", {}))
    if "password_file" in mail:
        mail["password_file"] = folder / mail["password_file"]
    return raw | {"folder": folder / raw.get("folder", ""), "mail": mail}


def default_config(data: Path | None = None, instances: Path | None = None) -> HostingConfig:
    """The configuration asked for: a file, a folder, or what `COURTIL_INSTANCES` / `COURTIL_DATA` say."""
    instances = instances or _environment_path("COURTIL_INSTANCES")
    if instances and not data:
        return read_config(instances)
    return single_folder(data or _environment_path("COURTIL_DATA") or Path("data"))


def _environment_path(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None
