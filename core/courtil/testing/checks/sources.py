"""What the plugin's source must not do: reach into the core, get around escaping or the content security policy."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateSyntaxError

from courtil.testing.checks.findings import Finding, Subject
from courtil.web.render import environment

FORBIDDEN = re.compile(
    r"""\|\s*safe\b|\bautoescape\s+false|\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style\b|javascript:|<script(?![^>]*\bsrc=)"""
)
"""Ways around escaping, and what the content security policy refuses."""


def imports(subject: Subject) -> Iterator[Finding]:
    """Of Courtil it imports `courtil.api` and `courtil.testing` only."""
    for module in subject.modules:
        for name, line in imported(module.tree):
            if _is_private(name):
                says = f"{name} is private: import what courtil.api gives"
                yield Finding("imports", says, subject.at(module.path, line))


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The modules that a source imports, with their lines; `from courtil import api` imports `courtil.api`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "courtil":
                yield from ((f"courtil.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield node.module, node.lineno


def _is_private(name: str) -> bool:
    first, _dot, rest = name.partition(".")
    return first == "courtil" and rest.split(".")[0] not in {"api", "testing"}


def templates(subject: Subject) -> Iterator[Finding]:
    """Everything is escaped, nothing is inline, and no answer has a content security policy of its own."""
    env = environment({})
    for path in subject.files("templates", "*.html"):
        source = path.read_text("utf-8")
        try:
            env.parse(source)
        except TemplateSyntaxError as error:
            yield Finding("templates", error.message or "cannot be parsed", subject.at(path, error.lineno))
        for what, line in forbidden(path):
            says = f"{what!r} gets around escaping, or is refused by the content security policy"
            yield Finding("templates", says, subject.at(path, line))
    for module in subject.modules:
        for text, line in module.strings():
            if text.strip().lower() == "content-security-policy":
                says = "the content security policy is the core's: put scripts and styles into static/"
                yield Finding("templates", says, subject.at(module.path, line))


def forbidden(path: Path) -> list[tuple[str, int]]:
    """What a template may not hold, with its lines."""
    source = path.read_text("utf-8")
    return [(found[0].strip(), source.count("\n", 0, found.start() + 1) + 1) for found in FORBIDDEN.finditer(source)]
