"""Courtil manages an AMAP."""

SOURCE_URL = ""
"""Where the source of this edition of Courtil is published: a fork writes its own address here (AGPL, section 13)."""

__version__ = "0.1.0"
