"""The command line: what it prints, and its exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model import estimators, studies
from model.__main__ import main
from model.files.results.writers import KINDS
from model.studies import Study
from tests import stores
from tests.stores import Store

ESTIMATE = {"value", "low", "high"}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.server
def test_training_prints_one_line_of_json_and_nothing_else_on_stdout(store: Store) -> None:
    printed = store.printed  # every line is a document, or this would have raised
    assert [each["version"] for each in printed] == [1, 2, 3]
    for each in printed:
        assert list(each) == ["run_id", "model_id", "version", "metrics"]
        assert re.fullmatch(r"[0-9a-f]{32}", each["run_id"])
        assert re.fullmatch(r"m-[0-9a-f]{32}", each["model_id"])
        assert set(each["metrics"]) >= {"roc_auc", "brier", "calibration_slope"}
        for estimate in each["metrics"].values():
            assert set(estimate) == ESTIMATE
            assert estimate["low"] <= estimate["high"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["--study", "stroke"],
            "There is no study 'stroke'. Known studies: breast-cancer, heart-disease",
        ),
        (
            ["--estimator", "oracle"],
            f"There is no estimator 'oracle'. Known estimators: {', '.join(estimators.names())}.",
        ),
    ],
)
def test_an_unknown_name_is_told_with_those_there_are(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    assert main(["train", *arguments], {}) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(complaint)
    assert shown.err.count("\n") == 1
    assert list(elsewhere.iterdir()) == []


def test_a_table_that_is_not_pinned_is_refused_before_anything_is_written(
    elsewhere: Path, tmp_path: Path, study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "ours.csv"
    table.write_bytes(study.source.table.read_bytes() + b"\n")
    assert main(["train", "--data", str(table)], {}) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("ours.csv is not the table this project pins")
    assert "--allow-unpinned-data" in shown.err
    assert list(elsewhere.iterdir()) == []


def test_a_table_that_cannot_be_trained_on_is_told_even_when_allowed(
    elsewhere: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "ours.csv"
    table.write_text("age,sex\n63,1\n")
    assert main(["train", "--data", str(table), "--allow-unpinned-data"], {}) == 1
    assert capsys.readouterr().err.startswith("ours.csv has no column ")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [[], ["predict"], ["train", "--repeats", "0"], ["train", "--repeats", "some"], ["data"]],
)
def test_arguments_not_understood_end_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments, {})
    assert ended.value.code == 2
    assert "usage: python -m model" in capsys.readouterr().err


def test_help_names_every_study_and_estimator(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", "--help"], {})
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for name in (*studies.names(), *estimators.names()):
        assert name in shown


def test_help_names_every_kind_of_result(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["score", "--help"], {})
    shown = capsys.readouterr().out
    assert [ending for ending in KINDS if ending not in shown] == []


def test_mlflow_s_client_gets_its_limits_unless_the_operator_chose(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "60", "MLFLOW_TRACKING_URI": "http://127.0.0.1:1"}
    main(["train", "--study", "stroke"], environ)
    assert environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "60"
    assert environ["MLFLOW_TRACKING_URI"] == "http://127.0.0.1:1"
    assert environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "1"
    assert environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_data_verify_names_what_is_missing(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "verify", "."], {}) == 1
    assert "processed.cleveland.data: cannot be read" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


@pytest.mark.server
def test_an_estimator_no_engine_can_stand_for_ends_in_one_sentence(
    store: Store, tmp_path: Path
) -> None:
    """Trees of scikit-learn are neither a sum nor trees this project reads."""
    file = tmp_path / "boosted.py"
    file.write_text(
        "from sklearn.ensemble import HistGradientBoostingClassifier\n"
        "from sklearn.pipeline import make_pipeline\n"
        "def build(study): return make_pipeline(HistGradientBoostingClassifier(max_iter=5))\n"
    )
    empty = store.empty(tmp_path / "empty")
    done = stores.python(
        "-m", "model", "train", "--estimator", str(file), "--progress", "json", store=empty
    )
    assert done.returncode == 1
    assert done.stdout == ""
    told = done.stderr.splitlines()[-1]
    assert told.startswith("The pipeline ends in HistGradientBoostingClassifier, and no engine can")
    assert "Traceback" not in done.stderr
