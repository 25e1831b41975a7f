"""Courtil manages an AMAP."""

__version__ = "0.1.0"
