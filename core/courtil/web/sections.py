"""Models of plugins as sections of the core's forms, and as facts on the core's pages."""

from typing import Any

from courtil.domain.words import _
from courtil.plugin.payloads import Unit
from courtil.services import extensions
from courtil.services.extensions import Held
from courtil.services.unit import Reader
from courtil.web.forms import Form


class ExtensionSection:
    """One extension of one subject, as a part of its form."""

    def __init__(self, held: Held, subject_id: int | None) -> None:
        self.attached, self.subject_id, self.version = held.attached, subject_id, held.version
        self.title = _(held.attached.extension.title)
        key = held.attached.key
        self.form: Form[Any] = Form(
            held.attached.extension.model, held.value.model_dump(), prefix=key.replace(".", "-"), within=f"{key}."
        )

    def input_name(self, field: str | None) -> str | None:
        """The name of the input of a field."""
        return None if field is None else f"{self.form.within}{field}"

    def keep(self, unit: Unit, owner: Any) -> None:
        """Write the values for the subject, a new one once it has its key. Raises Stale."""
        assert self.form.value is not None
        subject_id = owner.id if self.subject_id is None else self.subject_id
        extensions.write(unit, self.attached, subject_id, self.form.value, self.form.version)


def sections(reader: Reader, subject: str, subject_id: int | None = None) -> list[ExtensionSection]:
    """The sections that plugins add to the form of this subject, of a new one when it has no key."""
    if subject_id is None:
        fresh = extensions.attached(reader, subject, writing=True)
        return [ExtensionSection(Held(one, one.extension.model()), None) for one in fresh]
    held = extensions.held(reader, subject, [subject_id], writing=True)
    return [ExtensionSection(one, subject_id) for one in held.get(subject_id, ())]
