"""Run as a process of its own: imports a package and prints, as JSON, which of its modules came along, and whence."""

import importlib
import json
import sys
import traceback
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from courtil.store.tables import Base


class Watch:
    """A finder that finds nothing, and notes who asked for a watched module."""

    def __init__(self, names: Sequence[str], folder: str) -> None:
        self.names, self.folder = names, folder
        self.noted: list[tuple[str, str, int]] = []

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Nothing: the ordinary finders come next."""
        if name in self.names:
            steps = [step for step in traceback.extract_stack() if step.filename.startswith(self.folder)]
            self.noted.append((name, steps[-1].filename, steps[-1].lineno or 0) if steps else (name, "", 0))
        return None


def main(package: str, folder: str) -> None:
    """Import it and tell."""
    watch = Watch([f"{package}.hooks", f"{package}.tables"], folder)
    sys.meta_path.insert(0, watch)
    known = set(Base.metadata.tables)
    importlib.import_module(package)
    tables = sorted(set(Base.metadata.tables) - known)
    print(json.dumps({"modules": watch.noted, "tables": tables}))


if __name__ == "__main__":
    main(*sys.argv[1:])
