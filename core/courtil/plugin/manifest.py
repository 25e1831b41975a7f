"""What a plugin says about itself before any of its code runs."""

import importlib
import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from courtil.domain.access import Permission

if TYPE_CHECKING:
    from pydantic import BaseModel

API = "1.0"
"""The number of what plugins are offered: apart from the product's version, and only added to within a major."""

_NAME = re.compile(r"[a-z][a-z0-9]{1,30}\Z")


@dataclass(frozen=True)
class KeptData:
    """Personal data that a plugin keeps, as an AMAP's register of treatments needs it told (GDPR, article 30)."""

    what: str
    purpose: str
    basis: str = ""
    kept: str = ""
    readers: str = ""


@dataclass(frozen=True)
class Plugin:
    """Facts about a plugin, given as an object by an entry point of the group `courtil.plugins`.

    Importing the module that holds it must import neither its tables nor its hooks: those live in
    `<package>.hooks`, loaded when the plugin is first switched on somewhere. Its tables start with `<name>_`, so a
    name holds no underscore. `api` is the range of the plugin API it is made for, as in `>=1.0,<2`; `requires` names
    plugins that must be on, with their versions if need be (`contracts>=1.2`). `settings` names a pydantic model as
    `package.module:Model`. `licence` is an SPDX expression, `source` the address of its code, `hosts` the machines
    it calls. Raises ValueError for a name, a range or a requirement that cannot be read.
    """

    name: str
    package: str
    label: str
    summary: str = ""
    version: str = ""
    api: str = ""
    requires: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = field(default=())
    settings: str = ""
    licence: str = ""
    author: str = ""
    source: str = ""
    personal_data: tuple[KeptData, ...] = ()
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or self.name == "core":
            raise ValueError(f"not a plugin name: {self.name!r}")
        SpecifierSet(self.api)
        self.requirements  # noqa: B018  (read once, so that a mistake shows where it is made)

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """The plugins it needs, each with its range of versions. Raises ValueError."""
        try:
            return tuple(Requirement(one) for one in self.requires)
        except InvalidRequirement as error:
            raise ValueError(f"plugin {self.name}: requires={self.requires!r}: {error}") from error

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the plugins it needs."""
        return tuple(one.name for one in self.requirements)

    @property
    def is_one_file(self) -> bool:
        """Whether it is a single module, which then holds its hooks as well."""
        spec = importlib.util.find_spec(self.package)
        return spec is not None and spec.submodule_search_locations is None

    @property
    def file(self) -> Path:
        """The module that the package name gives. Raises LookupError when there is none."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or spec.origin is None:
            raise LookupError(f"plugin {self.name}: package {self.package} is not installed")
        return Path(spec.origin)

    @property
    def folder(self) -> Path:
        """Where the package lies: templates, static files, migrations and catalogues are found there by name."""
        return self.file.parent

    @property
    def settings_model(self) -> "type[BaseModel]":
        """The model of its settings. Raises LookupError when it has none, ImportError when it is not where it says."""
        module, _separator, name = self.settings.partition(":")
        if not name:
            raise LookupError(f"plugin {self.name}: settings={self.settings!r} is not written package.module:Model")
        model: type[BaseModel] = getattr(importlib.import_module(module), name)
        return model

    @property
    def hooks_module(self) -> str:
        """The module of `@hook` functions."""
        return self.package if self.is_one_file else f"{self.package}.hooks"
