"""The Batch page with 100,000 patients: what a session waits for, and what it costs.

Claims, with every row checked, scored and explained:

- once they are scored, the work list is drawn in at most 3 times what pandas takes to read the
  file, and a filter answers in at most twice that;
- a session takes less than 300 MB at its peak: file, result, and both downloads made.

The explainability dashboards take no file of new patients, so the peer is pandas. Browser and
network are not in the figures. Exits with 1 if a claim does not hold.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false",
    MLFLOW_LOGGING_LEVEL="ERROR",
)

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from benchmarks import claims
from model import studies
from model.studies import cohort
from model.training.train import train

ROWS = 100_000
FIRST_VIEW, FILTER, MEGABYTES = 3.0, 2.0, 300.0


def patients() -> bytes:
    """Patients of the study's own values, drawn anew for each column, with an id."""
    known = cohort.read(studies.find(studies.DEFAULT)).training.rows
    rng = np.random.default_rng(0)
    table = pd.DataFrame({name: rng.choice(known[name], ROWS) for name in known})
    table.insert(0, "id", [f"P{at:06d}" for at in range(ROWS)])
    return table.to_csv(index=False).encode()


def script() -> None:
    from dashboard import caching
    from dashboard.components.shell import sidebar
    from dashboard.views import batch

    given = caching.services()
    batch.render(given, sidebar.render(given))


def peak() -> float:
    """Megabytes this process has taken at most since `reset`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1e3
    raise OSError("this system does not tell how much memory a process takes")


def reset() -> float:
    """Count the peak anew; what is taken now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def seconds(of: Callable[[], object]) -> float:
    begun = time.perf_counter()
    of()
    return time.perf_counter() - begun


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["MLFLOW_TRACKING_URI"] = "sqlite:///mlflow.db"
        train(studies.DEFAULT, "baseline", repeats=1, progress=lambda stage, done: None)
        content = patients()
        read = statistics.median(seconds(lambda: pd.read_csv(BytesIO(content))) for _ in range(5))
        page = AppTest.from_function(script, default_timeout=120).run()
        before = reset()
        checked = seconds(lambda: page.file_uploader[0].upload("a.csv", content, "text/csv").run())
        page.get_by_key("batch.score").click().run()
        run = page.session_state["batch.run"]
        scored = seconds(lambda: run.wait(120))
        view = seconds(page.run)
        assert any("risk" in table.value for table in page.dataframe), "there is no work list"
        narrowed = seconds(lambda: page.get_by_key("batch.group").set_value("Below").run())
        for kind in (".csv", ".parquet"):
            run.result.file.written(kind)
        taken = peak() - before
    print(f"{ROWS:,} rows checked in {checked:.1f} s; waited {scored:.1f} s more for the scoring")
    claims.compared("first view of the work list", "s", [view], [read], FIRST_VIEW)
    claims.compared("a filter of it", "s", [narrowed], [read], FILTER)
    claims.at_most("memory of a session", taken, MEGABYTES, "MB")
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
