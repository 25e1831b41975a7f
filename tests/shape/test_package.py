"""What is shipped: one wheel with its data, the licence word for word, vendored files as they came."""

import hashlib
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "core" / "courtil" / "static"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


@pytest.mark.parametrize(
    "name",
    [
        "courtil/templates/base.html",
        "courtil/templates/documents/document.typ",
        "courtil/static/app.css",
        "courtil/store/migrations/env.py",
        "courtil/store/migrations/versions/core_0001_first_schema.py",
        "courtil/locale/en.po",
        "courtil/testing/axe.min.js",
        "courtil/testing/axe.LICENSE.txt",
        "courtil/py.typed",
        "courtil_contracts/migrations/contracts_0001_terms.py",
    ],
)
def test_the_wheel_holds_its_data(wheel: zipfile.ZipFile, name: str) -> None:
    assert name in wheel.namelist()


def test_the_wheel_holds_nothing_else_at_its_top(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"courtil", "courtil_contracts"}


def test_the_wheel_carries_licence_and_charter(wheel: zipfile.ZipFile) -> None:
    names = {Path(name).name for name in wheel.namelist() if ".dist-info/licenses/" in name}
    assert names == {"LICENSE", "CODE_CHARTER.md"}


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007")
    assert "13. Remote Network Interaction" in text
    assert hashlib.sha256(" ".join(text.split()).encode()).hexdigest() == AGPL


AGPL = "0a7e77a9ebe3fa59cc00696f2180ffc7e0834b7445213b59eb4232c1a1b75746"


def test_vendored_files_are_as_they_came() -> None:
    listed = tomllib.loads((STATIC / "vendored.toml").read_text("utf-8"))
    files = listed.get("file", [])
    assert files
    for entry in files:
        assert hashlib.sha256((STATIC / entry["path"]).read_bytes()).hexdigest() == entry["sha256"], entry["path"]


def test_only_packages_lie_beside_packages() -> None:
    assert {path.name for path in (ROOT / "core").iterdir()} <= {"courtil", "README.md", "evening-sheet.png"}
