"""What a plugin says about itself before any of its code runs."""

import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path

from packaging.specifiers import SpecifierSet

from courtil.domain.access import Permission

_NAME = re.compile(r"[a-z][a-z0-9]{1,30}\Z")


@dataclass(frozen=True)
class Plugin:
    """Facts about a plugin, given as an object by an entry point of the group `courtil.plugins`.

    Importing the module that holds it must import neither its tables nor its hooks: those live in
    `<package>.hooks`, loaded when the plugin is first switched on somewhere. `core` is the range of versions of
    Courtil it is made for, as in `>=0.1,<2`; its tables start with `<name>_`, so a name holds no underscore.
    """

    name: str
    package: str
    label: str
    core: str = ""
    requires: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = field(default=())

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or self.name == "core":
            raise ValueError(f"not a plugin name: {self.name!r}")
        SpecifierSet(self.core)

    @property
    def folder(self) -> Path:
        """Where the package lies: templates, static files, migrations and catalogues are found there by name."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or spec.origin is None:
            raise LookupError(f"plugin {self.name}: package {self.package} is not installed")
        return Path(spec.origin).parent

    @property
    def hooks_module(self) -> str:
        """The module of `@hook` functions."""
        return f"{self.package}.hooks"
