"""The core's own tests hold whatever plugins are on: one, another, or both, found in an order of chance."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from company import CHOICES

ROOT = Path(__file__).parents[2]
TESTS = ("tests/services/test_subscribing.py", "tests/services/test_deliveries.py")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if choice != "none"])
def test_the_core_s_tests_pass_in_company(choice: str, tmp_path: Path) -> None:
    """All together on both databases; the whole of them: `make test TEST_ARGS="tests/services --company all"`."""
    databases = "both" if choice == "all" else "sqlite"
    command = [
        sys.executable,
        "-m",
        "pytest",
        *TESTS,
        f"--company={choice}",
        f"--database={databases}",
        f"--basetemp={tmp_path}/of",
    ]
    own = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}  # PostgreSQL has its own
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
