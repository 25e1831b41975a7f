"""The plugin's tables are there before it is switched on."""

from contracts.prepared import postgresql_template, sqlite_template

__all__ = ["postgresql_template", "sqlite_template"]
