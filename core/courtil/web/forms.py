"""Pydantic models as forms: controls to draw, values to read back, errors where they belong."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import Enum
from typing import Any, Generic, Literal, Protocol, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel, SecretStr, StringConstraints, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData

from courtil.domain import fields as typed_fields
from courtil.domain.money import plain_euros
from courtil.domain.problems import Problem, Refused, Stale
from courtil.domain.states import LABELS
from courtil.domain.words import N_, _
from courtil.plugin.payloads import Unit
from courtil.web.request import version_of

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")
Choices = Mapping[str, Sequence[tuple[Any, str]]]

MESSAGES: Mapping[str, str] = {
    "missing": N_("Ce champ est nécessaire."),
    "string_too_short": N_("Ce champ est nécessaire."),
    "string_too_long": N_("Ce texte est trop long : %(max_length)s caractères au plus."),
    "string_pattern_mismatch": N_("Ce texte n’a pas la forme attendue."),
    "string_type": N_("Écrivez un texte."),
    "greater_than_equal": N_("Le plus petit nombre possible est %(ge)s."),
    "greater_than": N_("Ce nombre doit dépasser %(gt)s."),
    "less_than_equal": N_("Le plus grand nombre possible est %(le)s."),
    "less_than": N_("Ce nombre doit rester sous %(lt)s."),
    "int_parsing": N_("Écrivez un nombre entier, en chiffres."),
    "int_type": N_("Écrivez un nombre entier, en chiffres."),
    "bool_parsing": N_("Cochez ou décochez la case."),
    "date_type": N_("Écrivez une date, par exemple 26/11/2026."),
    "time_type": N_("Écrivez une heure, par exemple 18h30."),
    "enum": N_("Choisissez une des réponses proposées."),
    "literal_error": N_("Choisissez une des réponses proposées."),
    "list_type": N_("Choisissez au moins une réponse."),
    "too_short": N_("Choisissez au moins une réponse."),
    "value_error": N_("Cette valeur n’est pas possible."),
}
KINDS: Mapping[Any, str] = {
    bool: "checkbox", int: "number", date: "date", time: "time", str: "text", SecretStr: "password",
}  # fmt: skip


@dataclass
class Control:
    """One field as the macros draw it."""

    name: str
    label: str
    help: str = ""
    value: Any = ""
    kind: str = "text"
    errors: list[str] = field(default_factory=list)
    required: bool = True
    options: Sequence[tuple[Any, str]] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    prefix: str = "f"
    within: str = ""

    @property
    def id(self) -> str:
        """The id of the control in the page."""
        return f"{self.prefix}-{self.name}"

    @property
    def input_name(self) -> str:
        """The name under which the browser sends it."""
        return f"{self.within}{self.name}"


class Form(Generic[M]):
    """A model as a form. `values` fill it, `choices` give the options of select fields by name.

    Two forms on one page need two `prefix`es, else two controls of the same name would share an id. `sections` are
    forms within this one, sent and kept with it; the names of their inputs begin with what they are `within`.
    """

    def __init__(
        self, model: type[M], values: Mapping[str, Any] | None = None, choices: Choices | None = None,
        prefix: str = "f", *, within: str = "", sections: Sequence["Section"] = (),
    ) -> None:  # fmt: skip
        self.model = model
        self.prefix = prefix
        self.within = within
        self.sections = sections
        self.choices = choices or {}
        self.errors: list[Problem] = []
        self.result: Any = None
        self.value: M | None = None
        self.version: int | None = None
        values = values or {}
        self.controls = [self._control(name, info, values) for name, info in model.model_fields.items()]

    def control(self, name: str) -> Control:
        """The control of this name, a section's by the name of its input."""
        within = (one for section in self.sections for one in section.form.controls if one.input_name == name)
        return next((control for control in self.controls if control.name == name), None) or next(within)

    def read(self, data: FormData) -> bool:
        """Take what was typed; True when it makes a value, else the errors are set. What was typed is kept."""
        raw = {control.name: _typed(control, data) for control in self.controls}
        self.version = version_of(data, f"{self.within}version")
        for control in self.controls:
            control.value = raw[control.name]
        try:
            self.value = self.model.model_validate({k: v for k, v in raw.items() if v is not None})
        except ValidationError as error:
            self.refuse(*(_problem(details) for details in error.errors()))
        self._check_choices()
        for section in self.sections:
            section.form.read(data)
            self.errors.extend(replace(one, field=section.input_name(one.field)) for one in section.form.errors)
        return not self.errors

    def apply(self, unit: Unit, data: FormData, action: Callable[[M], R]) -> bool:
        """Read, then run the action on the value; what it refuses is shown here and what it wrote is taken back."""
        if not self.read(data):
            return False
        assert self.value is not None
        try:
            with unit.session.begin_nested():
                self.result = action(self.value)
                for section in self.sections:
                    section.keep(unit, self.result)
        except Refused as refused:
            self.refuse(*refused.problems)
        except Stale:
            self.refuse(
                Problem(
                    _("Quelqu’un a changé cette fiche entre-temps. Votre texte est gardé : vérifiez, puis enregistrez.")
                )
            )
        return not self.errors

    def refuse(self, *problems: Problem) -> None:
        """Add errors, each under its field when it has one."""
        names = {control.name: control for control in self.controls}
        for problem in problems:
            here = problem if problem.field in names else replace(problem, field=None)
            self.errors.append(here)
            if here.field is not None:
                names[here.field].errors.append(here.message)

    def _check_choices(self) -> None:
        for control in self.controls:
            if control.kind not in {"select", "radio", "checkboxes"} or control.value in (None, ""):
                continue
            allowed = {str(value) for value, _label in control.options}
            chosen = control.value if isinstance(control.value, list) else [control.value]
            if not allowed.issuperset(map(str, chosen)) and not control.errors:
                self.refuse(Problem(_("Choisissez une des réponses proposées."), control.name))

    def _control(self, name: str, info: FieldInfo, values: Mapping[str, Any]) -> Control:
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        kind, options = _kind(info)
        options = self.choices.get(name, options)
        if name in self.choices and kind not in {"checkboxes", "select"}:
            kind = "select"
        kind = str(extra.get("widget", kind))
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        value = values.get(name, default)
        return Control(
            name=name,
            label=_(info.title or name),
            help=_(info.description) if info.description else "",
            value=_shown(kind, value),
            kind=kind,
            required=info.is_required() or (kind not in {"checkbox", "checkboxes"} and default not in (None, "")),
            options=[(value, _(label)) for value, label in options],
            attributes=_attributes(info) | {k: v for k, v in extra.items() if k != "widget"},
            prefix=self.prefix,
            within=self.within,
        )


class Section(Protocol):
    """A form within a form, kept after what it belongs to."""

    title: str
    form: Form[Any]

    def input_name(self, field: str | None) -> str | None: ...
    def keep(self, unit: Unit, owner: Any) -> None: ...


def values_of(row: Any, model: type[BaseModel]) -> dict[str, Any]:
    """The values of a table row for the fields of a form."""
    return {name: getattr(row, name) for name in model.model_fields if hasattr(row, name)}


def _typed(control: Control, data: FormData) -> Any:
    name = control.input_name
    if control.kind == "checkbox":
        return name in data
    if control.kind == "checkboxes":
        return [value for value in data.getlist(name) if isinstance(value, str)]
    value = data.get(name)
    return value if isinstance(value, str) else None


def _shown(kind: str, value: Any) -> Any:
    if kind == "checkbox":
        return bool(value)
    if kind == "checkboxes":
        return [v.value if isinstance(v, Enum) else v for v in value or ()]
    if isinstance(value, Enum):
        return value.value
    if kind == "cents":
        return "" if value is None else plain_euros(value)
    return typed_fields.typed(value)


def _plain(annotation: Any) -> Any:
    """The type inside Annotated and Optional."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return _plain(inner[0])
    return annotation


def _validators(info: FieldInfo) -> set[str]:
    found = {getattr(m.func, "__name__", "") for m in info.metadata if hasattr(m, "func")}
    for argument in get_args(info.annotation):
        found |= {getattr(m.func, "__name__", "") for m in getattr(argument, "__metadata__", ()) if hasattr(m, "func")}
    return found


def _kind(info: FieldInfo) -> tuple[str, Sequence[tuple[Any, str]]]:
    plain, validators = _plain(info.annotation), _validators(info)
    if get_origin(plain) is list:
        (inner,) = get_args(plain)
        return "checkboxes", _options(inner)
    if options := _options(plain):
        return "select", options
    for validator, kind in (("_cents", "cents"), ("_email", "email"), ("_phone", "tel")):
        if validator in validators:
            return kind, ()
    if plain is str and "_clean" in validators and "_one_line" not in validators:
        return "textarea", ()
    return KINDS.get(plain, "text"), ()


def _options(plain: Any) -> Sequence[tuple[Any, str]]:
    if get_origin(plain) is Literal:
        return [(value, str(value)) for value in get_args(plain)]
    if isinstance(plain, type) and issubclass(plain, Enum):
        labels = LABELS.get(plain, {})
        return [(member.value, labels.get(member, member.value)) for member in plain]  # type: ignore[call-overload]
    return ()


def _attributes(info: FieldInfo) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for constraint in info.metadata:
        if isinstance(constraint, Ge | Gt):
            found["min"] = constraint.ge if isinstance(constraint, Ge) else constraint.gt
        elif isinstance(constraint, Le | Lt):
            found["max"] = constraint.le if isinstance(constraint, Le) else constraint.lt
        elif isinstance(constraint, MaxLen | StringConstraints) and constraint.max_length is not None:
            found["maxlength"] = constraint.max_length
    return found


def _problem(details: ErrorDetails) -> Problem:
    where = str(details["loc"][0]) if details["loc"] else None
    if details["type"] == "courtil":
        return Problem(_(str(details.get("ctx", {}).get("message", ""))), where)
    kind = f"string_{details['type']}" if isinstance(details["input"], str) else details["type"]
    message = MESSAGES.get(kind) or MESSAGES.get(details["type"], MESSAGES["value_error"])
    return Problem(_(message) % details.get("ctx", {}), where)
