"""What the plugin adds to the core."""

from courtil_contracts import tables

__all__ = ["tables"]
