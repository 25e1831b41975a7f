"""Whether the plugin can be loaded, and whether its facts can be read without it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from courtil.testing.checks.findings import Finding, Subject

SECONDS = 60


def fresh_import(subject: Subject) -> Iterator[Finding]:
    """Importing the package, in a process that has seen nothing of it, imports neither its hooks nor its tables."""
    plugin = subject.plugin
    if plugin.is_one_file:
        return
    command = [sys.executable, "-m", "courtil.testing.import_probe", plugin.package, str(plugin.folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(plugin.folder.parent), *sys.path])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    if done.returncode:
        yield Finding("fresh import", done.stderr.strip().splitlines()[-1], subject.at(subject.manifest))
        return
    told = json.loads(done.stdout.splitlines()[-1])
    for name, file, line in told["modules"]:
        where = subject.at(Path(file), line) if file else subject.at(subject.manifest)
        yield Finding("fresh import", f"importing {plugin.package} imports {name} as well", where)
    if told["tables"] and not told["modules"]:
        says = f"importing {plugin.package} maps tables: {', '.join(told['tables'])}"
        yield Finding("fresh import", says, subject.at_string(told["tables"][0]))


def hooks(subject: Subject) -> Iterator[Finding]:
    """It can be switched on: names, annotations and kinds of its hooks, its tables' names, what it requires."""
    if subject.unusable:
        yield subject.fault("hooks", subject.unusable)
