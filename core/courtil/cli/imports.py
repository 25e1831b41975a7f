"""`import`: a list of members from a file, with the same rules as the page."""

import json
from pathlib import Path
from typing import Any

import click

from courtil.cli.context import Context
from courtil.domain.problems import Refused, Stale
from courtil.services import imports
from courtil.services.imports import Preview
from courtil.services.unit import Unit


@click.group("import")
def import_group() -> None:
    """Import lists from files."""


class _DryRun(Exception):
    """Nothing is to be kept of this unit."""


@import_group.command("members")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--instance", "name")
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="A report for another program.")
@click.pass_obj
def members(context: Context, file: Path, name: str | None, dry_run: bool, as_json: bool) -> None:
    """Add the households of FILE (.xlsx, .ods, .xls, .csv); exit status 1 when it is refused."""
    instance = context.open(name)
    found: Preview | None = None
    try:
        with instance.working() as unit:
            found = _take(unit, file, dry_run)
    except _DryRun as done:
        found = done.args[0]
    except (Refused, Stale) as error:
        _refuse(error, as_json)
    assert found is not None
    click.echo(_as_json(found, dry_run) if as_json else _as_text(found, dry_run))


def _take(unit: Unit, file: Path, dry_run: bool) -> Preview:
    batch = imports.upload(unit, file.read_bytes(), file.name)
    found = imports.preview(unit, batch.id)
    if dry_run:
        raise _DryRun(found)
    imports.write(unit, batch.id, None, found.digest)
    return found


def _refuse(error: Exception, as_json: bool) -> None:
    if not as_json:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps({"refused": str(error)}, ensure_ascii=False))
    raise SystemExit(1)


def _as_json(found: Preview, dry_run: bool) -> str:
    told: dict[str, Any] = {
        "written": not dry_run,
        "import_id": None if dry_run else found.batch.id,
        "counts": found.counts,
        "columns": [{"heading": column.heading, "holds": column.field.value} for column in found.columns],
        "unknown_columns": found.unknown,
        "ignored": [{"row": ignored.row, "reason": ignored.reason} for ignored in found.ignored],
        "rows": [
            {
                "row": line.row, "outcome": line.outcome.value, "who": line.who, "filled": line.filled,
                "remarks": line.remarks,
            }
            for line in found.plan.lines
        ],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2)


def _as_text(found: Preview, dry_run: bool) -> str:
    words = [f"{name}: {number}" for name, number in found.counts.items()]
    lines = [f"row {line.row} ({line.outcome.value}) {line.who}: {' '.join(line.remarks)}" for line in found.problems]
    unknown = [f"unknown columns, kept in notes: {', '.join(found.unknown)}"] if found.unknown else []
    end = ["nothing written (dry run)"] if dry_run else [f"written as import {found.batch.id}"]
    return "\n".join([*lines, *unknown, ", ".join(words), *end])
