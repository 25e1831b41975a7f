"""The `courtil` command."""

from courtil.cli.main import main

__all__ = ["main"]
