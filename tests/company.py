"""Plugins to keep the core company in its own tests, in an order of chance."""

import importlib
import random
import sys
from pathlib import Path

import courtil_recipes
from courtil.cli import scaffold
from courtil.plugin.manifest import Plugin

CHOICES = ("none", "recipes", "tout", "all")


def company(chosen: str, seed: int | None, folder: Path) -> tuple[Plugin, ...]:
    """The plugins of this choice: the one of the tests, one fresh from the scaffold, or both in an order of chance."""
    if chosen == "none":
        return ()
    found = [courtil_recipes.plugin] if chosen != "tout" else []
    if chosen != "recipes":
        found.append(_from_the_scaffold(folder))
    seed = random.randrange(10_000) if seed is None else seed
    random.Random(seed).shuffle(found)
    print(f"--company={chosen} --company-seed={seed}: {', '.join(plugin.name for plugin in found)}")
    for plugin in found:
        importlib.import_module(plugin.hooks_module)
    return tuple(found)


def _from_the_scaffold(folder: Path) -> Plugin:
    scaffold.create(folder / "courtil-tout", scaffold.Wanted("tout", "Tout"))
    sys.path.append(str(folder / "courtil-tout"))
    plugin: Plugin = importlib.import_module("courtil_tout").plugin
    return plugin
