"""The corresponding source of what runs: the core, the plugins that are on, the licence, in one ZIP."""

import io
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import courtil
from courtil.plugin.manifest import Plugin

LEFT_OUT = frozenset({"__pycache__"})


@lru_cache(maxsize=8)
def archive(plugins: tuple[Plugin, ...]) -> bytes:
    """A ZIP of the packages as they are installed here."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as into:
        for root in (Path(courtil.__file__).parent, *(_root(plugin) for plugin in plugins)):
            for path in _files(root):
                into.write(path, path.relative_to(root.parent).as_posix())
        for path in _licences():
            into.write(path, path.name)
    return content.getvalue()


def _root(plugin: Plugin) -> Path:
    return plugin.file if plugin.is_one_file else plugin.folder


def _files(root: Path) -> Iterator[Path]:
    found = [root] if root.is_file() else sorted(root.rglob("*"))
    return (path for path in found if path.is_file() and not LEFT_OUT & set(path.parts) and path.suffix != ".pyc")


def _licences() -> list[Path]:
    """The licence and the charter, as the distribution carries them."""
    try:
        listed = files("courtil") or []
    except PackageNotFoundError:
        return []
    return [path for one in listed if ".dist-info/licenses" in str(one) and (path := Path(str(one.locate()))).is_file()]
