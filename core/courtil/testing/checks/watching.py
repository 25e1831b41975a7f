"""What is noted while a plugin runs: errors in the log, slow hooks, machines it wanted to reach."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from courtil.plugin.faults import place
from courtil.plugin.health import SLOW, TOO_SLOW
from courtil.services import jobs
from courtil.testing.checks.findings import Finding, Subject
from courtil.testing.checks.network import Closed, closed


class Heard(logging.Handler):
    """Keeps the errors that the core logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)


@dataclass
class Watch:
    """What a check finds; errors that the core logs are among it at the end."""

    subject: Subject
    check: str
    heard: Heard = field(default_factory=Heard)
    findings: list[Finding] = field(default_factory=list)

    def say(self, words: str, where: str = "") -> None:
        """Add an error, once."""
        found = Finding(self.check, words, where or self.subject.at(self.subject.manifest))
        if found not in self.findings:
            self.findings.append(found)

    def fault(self, words: str, error: BaseException) -> None:
        """Add what was raised, with its place in the plugin."""
        reason = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
        self.say(f"{words}: {type(error).__name__}: {reason}", place(error, self.subject.plugin.folder))

    def tell(self) -> None:
        """Add what was logged; a job that wanted out is tried again in life, and its machine is told of elsewhere."""
        for record in self.heard.records:
            error = record.exc_info[1] if record.exc_info else None
            if error is None:
                self.say(record.getMessage())
            elif record.name != jobs.__name__ or not _is_closed(error):
                self.fault(record.getMessage(), error)

    def last_error(self) -> BaseException | None:
        """The last error that was logged, which is then no longer among what was heard."""
        last = self.heard.records.pop() if self.heard.records else None
        return last.exc_info[1] if last and last.exc_info else None


@contextmanager
def watching(subject: Subject, check: str) -> Iterator[Watch]:
    """Note what happens in the block: nothing leaves this machine, and what the core logs is kept off the screen."""
    watch, log = Watch(subject, check), logging.getLogger("courtil")
    propagates, log.propagate = log.propagate, False
    log.addHandler(watch.heard)
    try:
        with closed(subject.plugin.folder) as calls:
            yield watch
    finally:
        log.removeHandler(watch.heard)
        log.propagate = propagates
    watch.tell()
    for call in calls:
        if call.host not in subject.plugin.hosts:
            where = subject.at(call.file, call.line) if call.file else ""
            watch.say(f"calls {call.host}, which `hosts` of the manifest does not name", where)
    watch.findings += slow_hooks(subject)


def slow_hooks(subject: Subject) -> list[Finding]:
    """Hooks that make somebody wait even when they are quickest: on a busy machine any one call may take its time."""
    found = []
    for name, measure in subject.registry.health.of(subject.plugin.name).items():
        quickest = min(measure.durations, default=0.0)
        if quickest > SLOW:
            says = f"{name} takes {quickest * 1000:.0f} ms: slow work belongs into a job"
            where = subject.at_function(getattr(subject.hooks_module, name))
            found.append(Finding("speed", says, where, "error" if quickest > TOO_SLOW else "warning"))
    return found


def _is_closed(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, Closed):
            return True
        error = error.__cause__ or error.__context__
    return False
