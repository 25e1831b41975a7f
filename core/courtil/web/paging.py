"""What the pagination macro draws, and tabs that choose a part of a list."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pager:
    """A position in a list; `url(n)` is the address of page n."""

    page: int
    pages: int
    total: int
    url: Callable[[int], str]


@dataclass(frozen=True)
class Tab:
    """A part of a page or list."""

    label: str
    url: str
    current: bool
