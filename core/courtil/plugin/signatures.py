"""Whether functions marked `@hook` are what the specifications ask for."""

import difflib
import inspect
from types import ModuleType

from courtil.plugin import specs
from courtil.plugin.discovery import Unusable


def check_hooks(name: str, module: ModuleType) -> None:
    """Raise Unusable when a hook is unknown, a coroutine, a wrapper, or annotated otherwise than its specification."""
    for key, function in vars(module).items():
        options = getattr(function, f"{specs.PROJECT}_impl", None) if inspect.isroutine(function) else None
        if options is None:
            continue
        where = line_of(function)
        if key not in specs.SPECS:
            raise Unusable(f"{name}: {key} is not a hook{meant(key, specs.SPECS)} {where}")
        if inspect.iscoroutinefunction(function) or options.get("wrapper") or options.get("hookwrapper"):
            raise Unusable(f"{name}: {key} must be a plain function {where}")
        _check_annotations(name, key, function, where)


def _check_annotations(name: str, key: str, function: object, where: str) -> None:
    allowed = inspect.get_annotations(specs.SPECS[key], eval_str=True)
    for argument, annotation in inspect.get_annotations(function, eval_str=True).items():  # type: ignore[arg-type]
        if argument not in allowed:
            known = ", ".join(one for one in allowed if one != "return")
            raise Unusable(f"{name}: {key} has no argument {argument}; there are: {known} {where}")
        if annotation != allowed[argument]:
            raise Unusable(
                f"{name}: {key}({argument}) is {annotation}, the specification says {allowed[argument]} {where}"
            )


def meant(word: str, known: object) -> str:
    """`; did you mean …?`, else what there is."""
    near = difflib.get_close_matches(word, list(known), 1)  # type: ignore[call-overload]
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"  # type: ignore[arg-type]


def line_of(function: object) -> str:
    """`(hooks.py, line 12)`, empty for what has no source."""
    code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    return f"({code.co_filename.rsplit('/', 1)[-1]}, line {code.co_firstlineno})" if code else ""
