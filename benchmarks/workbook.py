"""A workbook of a hundred thousand patients: checked, beside its reader alone.

Claim, as the ratio of medians in one run: ``python -m model check FILE.xlsx`` takes at most twice
the time that openpyxl needs to go through the same rows, and every row is accepted. Exits with 1 if
it does not hold.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook

from benchmarks import claims
from model import studies
from model.studies import cohort

ROOT = Path(__file__).parents[1]
ROWS, ROUNDS, MOST = 100_000, 3, 2.0
READER = """
import sys
from openpyxl import load_workbook
sheet = load_workbook(sys.argv[1], read_only=True, data_only=True, keep_links=False).worksheets[0]
print(sum(1 for _ in sheet.iter_rows(values_only=True)))
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        path = written(Path(scratch) / "patients.xlsx")
        ours, theirs = [], []
        for _ in range(ROUNDS):
            took, told = timed("-m", "model", "check", str(path), "--json")
            ours.append(took)
            report = json.loads(told)
            all_there = report["rows"] == ROWS and not report["rejected_rows"]
            took, told = timed("-c", READER, str(path))
            assert int(told) == ROWS + 1
            theirs.append(took)
    claims.true("every row is accepted", all_there)
    claims.compared(f"{ROWS:,} rows of a workbook checked", "s", ours, theirs, MOST)
    return claims.ended()


def written(path: Path) -> Path:
    """The training patients, complete, again and again, with an id."""
    study = studies.find(studies.DEFAULT)
    rows = cohort.read(study).training.rows.dropna()
    many = rows.sample(ROWS, replace=True, random_state=0, ignore_index=True)
    many.insert(0, "id", [f"P{at}" for at in many.index])
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Patients")
    sheet.append([*many.columns])
    for row in many.itertuples(index=False):
        sheet.append([*row])
    book.save(path)
    return path


def timed(*arguments: str) -> tuple[float, str]:
    """Seconds, and what was printed."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    return time.perf_counter() - begun, done.stdout


if __name__ == "__main__":
    sys.exit(main())
