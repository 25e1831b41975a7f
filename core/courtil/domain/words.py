"""Translation of messages: French is the source, the request's language is chosen by the web layer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations


class French(NullTranslations):
    """The source language: a message is its own translation; zero and one are singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


FRENCH = French()
_current: ContextVar[NullTranslations] = ContextVar("courtil_translations", default=FRENCH)


def N_(message: str) -> str:  # noqa: N802  (gettext's usual name)
    """Mark a message for translation where it is written; `_` translates it where it is shown."""
    return message


def _(message: str) -> str:
    """The message in the language of the current request; nothing stays nothing."""
    return _current.get().gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """Singular or plural in the current language, with `%(n)s` filled in."""
    return _current.get().ngettext(singular, plural, n) % {"n": n}


def language() -> str:
    """The code of the current language: `fr`, `en`."""
    return _current.get().info().get("language", "fr")


@contextmanager
def spoken(translations: NullTranslations) -> Iterator[Callable[[str], str]]:
    """Use these translations inside the block, or in the function it decorates.

    What is kept or sent (log, books, contracts, mail) is said in `FRENCH`: it outlives the request of who acted.
    """
    token = _current.set(translations)
    try:
        yield _
    finally:
        _current.reset(token)
