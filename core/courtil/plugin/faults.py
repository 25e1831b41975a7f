"""Where a plugin went wrong, in words for its author: file and line."""

import traceback
from pathlib import Path


def place(error: BaseException, folder: Path | None = None) -> str:
    """`hooks.py, line 12`: the last step of the error inside the plugin's folder, else the last step at all."""
    steps = traceback.extract_tb(error.__traceback__)
    inside = [step for step in steps if folder and Path(step.filename).is_relative_to(folder)]
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_short(error.filename, folder)}, line {error.lineno}"
    if not (inside or steps):
        return ""
    last = (inside or steps)[-1]
    return f"{_short(last.filename, folder)}, line {last.lineno}"


def told(error: BaseException, folder: Path | None = None) -> str:
    """`RuntimeError: boom (hooks.py, line 12)`."""
    where = place(error, folder)
    words = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {words}" + (f" ({where})" if where else "")


def _short(filename: str, folder: Path | None) -> str:
    path = Path(filename)
    return path.relative_to(folder.parent).as_posix() if folder and path.is_relative_to(folder.parent) else path.name
