"""The Models page on a tracking server with 5,000 runs and 200 versions, and a switch of version.

Claims, each on a real MLflow server over HTTP, with nothing cached, beside what MLflow's own client
takes on the same server in the same run:

- the one table of versions, logged models and runs is there in at most 3 times what the client
  takes for a page of each; its next page, a search, runs alone, their next page or a filter in at
  most 1.5 times;
- from the choice of another version to the same patient re-scored (downloaded, verified, loaded,
  golden patients replayed) in at most the time of `mlflow.pyfunc.load_model` and `predict`; once it
  is loaded, in at most twice a plain rerun.

Browser and network are not in the figures. Exits with 1 if a claim does not hold.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false",
    MLFLOW_LOGGING_LEVEL="ERROR",
    MLFLOW_HTTP_REQUEST_MAX_RETRIES="1",
)

import mlflow
import pandas as pd
import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks import claims
from model import studies
from model.training.train import train
from tests import servers
from tests.dashboard.fakes import answered, fill

RUNS, VERSIONS, TIMES = 5_000, 200, 5
FIRST_VIEW, NEXT_PAGE, COLD, WARM = 3.0, 1.5, 1.0, 2.0
A_PAGE = 100
OF_A_RUN = ("tags", "params", "metrics", "latest_metrics")
PATIENT = {"age": 57.0, "sex": 1.0, "cp": 4.0, "oldpeak": 2.3}


def script(page: str) -> None:
    from dashboard import caching
    from dashboard.components.shell import sidebar
    from dashboard.views import models, patient

    given = caching.services()
    {"models": models, "patient": patient}[page].render(given, sidebar.render(given))


def multiply(database: Path) -> None:
    """Copies of the last run and of the last version, until there are many."""
    with closing(sqlite3.connect(database)) as connection:
        (run,) = connection.execute("SELECT run_uuid FROM runs ORDER BY start_time DESC").fetchone()
        last = connection.execute("SELECT max(version) FROM model_versions").fetchone()[0]
        for number in range(RUNS):
            renamed = {"run_uuid": f"{number:032x}", "name": f"run-{number}"}
            copy(connection, "runs", {"run_uuid": run}, renamed)
            for table in OF_A_RUN:
                copy(connection, table, {"run_uuid": run}, {"run_uuid": f"{number:032x}"})
        for number in range(last + 1, VERSIONS + 1):
            for table in ("model_versions", "model_version_tags"):
                copy(connection, table, {"version": last}, {"version": number})
        connection.commit()


def copy(
    connection: sqlite3.Connection, table: str, which: dict[str, object], changed: dict[str, object]
) -> None:
    columns = [each[1] for each in connection.execute(f"PRAGMA table_info({table})")]
    taken = [f":{name}" if name in changed else f'"{name}"' for name in columns]
    ((key, value),) = which.items()
    connection.execute(
        f"INSERT INTO {table} SELECT {', '.join(taken)} FROM {table} WHERE {key} = :was",
        {**changed, "was": value},
    )


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def opened(page: str) -> AppTest:
    drawn = AppTest.from_function(script, args=(page,), default_timeout=60)
    drawn.query_params["version"] = "1"
    return drawn


def models_page() -> dict[str, list[float]]:
    names = ("first view", "next page", "search", "runs alone", "their next page", "filter")
    found: dict[str, list[float]] = {name: [] for name in names}

    def timed(name: str) -> None:
        found[name].append(seconds(page.run))
        assert not page.exception
        assert not page.error
        assert len(rows(page)) > 0, f"{name}: nothing is listed"

    for _ in range(TIMES):
        forget()
        page = opened("models")
        timed("first view")
        page.get_by_key("models.next").click()
        timed("next page")
        page.get_by_key("find").set_value("v150")
        timed("search")
        page.get_by_key("find").set_value("")
        page.get_by_key("show").set_value(["Runs"])
        timed("runs alone")
        page.get_by_key("models.next").click()
        timed("their next page")
        page.get_by_key("metric").set_value("roc_auc").run()
        page.get_by_key("limit").set_value(0.5)
        timed("filter")
    return found


def rows(page: AppTest) -> pd.DataFrame:
    """The one table of everything; empty where nothing is listed."""
    tables = [table.value for table in page.dataframe if "Aliases" in table.value.columns]
    return tables[0] if tables else pd.DataFrame()


def switch() -> tuple[list[float], list[float], list[float]]:
    """Cold switches, warm ones, and plain reruns, each with the patient scored and explained."""
    cold, warm, plain = [], [], []
    for _ in range(TIMES):
        forget()
        page = opened("patient").run()
        fill(page, PATIENT)
        first = risk(page)
        page.get_by_key("version").set_value(2)
        cold.append(seconds(page.run))
        assert risk(page) != first
        plain.append(seconds(page.run))
        page.get_by_key("version").set_value(1)
        warm.append(seconds(page.run))
        assert risk(page) == first
    return cold, warm, plain


def risk(page: AppTest) -> float:
    return float(answered(page)["number"]["risk"])


def list_with_mlflow() -> None:
    """A page of what the one table holds, as MLflow's own client gives it."""
    client = mlflow.MlflowClient()
    experiments = [each.experiment_id for each in client.search_experiments()]
    client.search_model_versions(max_results=A_PAGE)
    client.search_logged_models(experiments, max_results=A_PAGE)
    client.search_runs(experiments, max_results=A_PAGE)


def score_with_mlflow() -> None:
    """The same version and patient, as MLflow's own loader scores one."""
    model = mlflow.pyfunc.load_model(f"models:/{studies.DEFAULT}/2")
    names = model.metadata.get_input_schema().input_names()
    model.predict(pd.DataFrame([{name: PATIENT.get(name) for name in names}], dtype=float))


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        store = f"sqlite:///{folder / 'mlflow.db'}"
        os.environ["MLFLOW_TRACKING_URI"] = store
        artifacts = folder / "artifacts"
        with servers.tracking_server(store, artifacts, folder / "log") as server:
            os.environ["MLFLOW_TRACKING_URI"] = server.url
            for estimator in ("logistic", "reference"):
                train(estimator=estimator, repeats=1)
            multiply(folder / "mlflow.db")
            found = models_page()
            cold, warm, plain = switch()
            listed = [seconds(list_with_mlflow) for _ in range(TIMES)]
            loaded = [seconds(score_with_mlflow) for _ in range(TIMES)]
    print(
        f"{RUNS:,} runs, {VERSIONS} versions, medians of {TIMES}; the peer is MLflow's own client"
    )
    for name, values in found.items():
        bound = FIRST_VIEW if name == "first view" else NEXT_PAGE
        claims.compared(f"Models page, {name}", "s", values, listed, bound)
    claims.compared("switch, not loaded yet", "s", cold, loaded, COLD)
    claims.compared("switch, loaded, to a plain rerun", "s", warm, plain, WARM)
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
