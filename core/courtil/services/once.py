"""Values that are built once and kept: whoever asks for the same one waits, the others do not."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Once(Generic[K, V]):
    """One value per key; a build that fails is tried again by the next who asks."""

    def __init__(self, build: Callable[[K], V]) -> None:
        self._build = build
        self._kept: dict[K, V] = {}
        self._building: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, key: K) -> V:
        """The value of this key, built now if need be."""
        if key in self._kept:
            return self._kept[key]
        with self._lock:
            building = self._building.setdefault(key, threading.Lock())
        with building:
            if key not in self._kept:
                self._kept[key] = self._build(key)
            return self._kept[key]
