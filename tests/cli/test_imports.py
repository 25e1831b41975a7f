"""`courtil import members`: the same rules from a terminal."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from courtil.cli.context import Context
from courtil.cli.imports import import_group
from courtil.config import HostingConfig
from courtil.services.instance import Instance
from courtil.store.imports import ImportBatch
from courtil.store.people import Household

LIST = "Nom;Prénom;E-mail;Zone\nLantier;Zoé;zoe@exemple.fr;Nantes\nMacquart;Eve;?;Rezé\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "liste.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def run(config: HostingConfig, *words: str | Path) -> Result:
    return CliRunner().invoke(import_group, ["members", *map(str, words)], obj=Context(lambda: config))


def how_many(instance: Instance, model: type) -> int:
    with instance.reading() as reader:
        return reader.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_is_written(instance: Instance, hosting_config: HostingConfig, file: Path) -> None:
    result = run(hosting_config, file, "--instance", "tilleuls")
    assert result.exit_code == 0, result.output
    assert "households: 2" in result.output
    assert how_many(instance, Household) == 2


def test_a_dry_run_tells_and_keeps_nothing(instance: Instance, hosting_config: HostingConfig, file: Path) -> None:
    result = run(hosting_config, file, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "row 3 (new) Eve Macquart" in result.output
    assert "nothing written" in result.output
    assert (how_many(instance, Household), how_many(instance, ImportBatch)) == (0, 0)


def test_the_report_can_be_read_by_a_program(instance: Instance, hosting_config: HostingConfig, file: Path) -> None:
    told = json.loads(run(hosting_config, file, "--json").output)
    assert told["counts"]["households"] == 2
    assert [row["outcome"] for row in told["rows"]] == ["new", "new"]
    assert told["unknown_columns"] == ["Zone"]
    again = json.loads(run(hosting_config, file, "--json", "--dry-run").output)
    assert (again["written"], again["counts"]["households"], again["counts"]["same"]) == (False, 0, 2)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_refused_file_ends_with_an_error(
    hosting_config: HostingConfig, instance: Instance, file: Path, as_json: bool
) -> None:
    file.write_text("Bonjour", encoding="utf-8")
    result = run(hosting_config, file, *(["--json"] if as_json else []))
    assert result.exit_code == 1
    assert "Aucun titre de colonne" in result.output
    assert how_many(instance, ImportBatch) == 0
