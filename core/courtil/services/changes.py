"""Writing a form's values on a row, and saying which ones changed."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


def put(row: Any, values: Mapping[str, Any], model: type[BaseModel]) -> str:
    """Set the row's columns; the titles of the fields that changed, in French, in one line ("" when none did)."""
    changed = []
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(model.model_fields[name].title or name)
    return ", ".join(changed)
