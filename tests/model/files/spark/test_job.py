"""The Spark engine on a real local session: the same rows and numbers as the local engine."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from model.__main__ import main
from model.errors import InputError, OutputError
from model.files import score_file
from model.files.check_report import Verdict
from model.files.reading.beginning import propose
from model.files.spark import job
from model.scoring import LoadedModel
from tests.model.files.samples import HEADER, ROWS, table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

if shutil.which("java") is None and os.environ.get("CI") != "true":
    pytest.skip("Spark needs Java", allow_module_level=True)
pytest.importorskip("pyspark")

pytestmark = pytest.mark.worker

FAULTY = (
    *ROWS,
    ROWS[0].replace("63", "12"),
    ROWS[1] + ",9",
    ROWS[2].replace("130", "?"),
    ROWS[3].replace(",1,6", ",,reversible"),
    "female".join(ROWS[2].split("0", 1)),
)


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PySpark of pandas 3
        running = builder.config("spark.sql.files.maxPartitionBytes", "100k").getOrCreate()
    running.sparkContext.setLogLevel("OFF")
    yield running
    running.stop()


@pytest.fixture
def model(bundle_folder: tuple[Path, str]) -> LoadedModel:
    return LoadedModel.open(*bundle_folder)


def written(folder: Path, files: int, rows: int, header: str = f"id,{HEADER}") -> list[str]:
    """A folder of CSV files; the rows of all."""
    folder.mkdir()
    lines = [f"p{at},{FAULTY[at % len(FAULTY)]}" for at in range(rows)]
    for at in range(files):
        part = lines[at::files]
        (folder / f"{at}.csv").write_bytes(table(*part, header=header, end=["\n", "\r\n"][at % 2]))
    return lines


def result(path: Path) -> pd.DataFrame:
    """A result in any form, by id."""
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
    elif path.is_dir():
        parts = sorted(path.glob("part-*"))
        frame = pd.concat([pd.read_csv(part, dtype=str, keep_default_na=False) for part in parts])
    else:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    numbers = [name for name in frame if name.startswith(("risk", "base", "contribution_"))]
    frame[numbers] = frame[numbers].apply(pd.to_numeric)
    return frame.sort_values("id", ignore_index=True)


@pytest.mark.parametrize("explain", [False, True])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_folder_of_files_gets_the_rows_and_numbers_of_the_local_engine(
    session: SparkSession, model: LoadedModel, tmp_path: Path, ending: str, explain: bool
) -> None:
    lines = written(tmp_path / "many", files=3, rows=6_000)
    whole = table(*lines, header=f"id,{HEADER}")
    here, there = tmp_path / f"here.{ending}", tmp_path / f"there.{ending}"
    expected = score_file.score(io.BytesIO(whole), here, model, model, explain=explain)

    report = job.score(session, str(tmp_path / "many"), str(there), model, explain=explain)

    assert report.verdict is Verdict.ACCEPTED
    assert report.rows == expected.rows == 6_000
    assert report.counts["rejected"] == len(expected.rejected_rows)
    ours, theirs = result(there), result(here)
    assert list(ours.columns) == list(theirs.columns)
    for name in ours:
        if ours[name].dtype == np.float64:
            np.testing.assert_allclose(ours[name], theirs[name], rtol=0, atol=1e-12)
        else:
            assert ours[name].tolist() == theirs[name].tolist(), name
    if ending == "csv":
        assert len(list(there.glob("part-*"))) > 2, "nothing ran in parallel"


def test_parquet_in_keeps_its_types(
    session: SparkSession, model: LoadedModel, tmp_path: Path
) -> None:
    numbers = pd.read_csv(io.BytesIO(table(*ROWS))).assign(id=range(len(ROWS)))
    numbers.loc[1, "thal"] = np.nan
    numbers.to_parquet(tmp_path / "in.parquet")
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    with (tmp_path / "in.parquet").open("rb") as file:
        score_file.score(file, here, model, model)
    job.score(session, str(tmp_path / "in.parquet"), str(there), model)
    pd.testing.assert_frame_equal(result(there), result(here))
    assert result(there)["age"].dtype == np.int64


@pytest.mark.parametrize(
    "damaged",
    [
        [f'"x,{ROWS[0]}'.encode(), f'"a"b,{ROWS[0]}'.encode(), b"y", b"z" * 100],
        [b"w\xff," + ROWS[0].encode()],
    ],
    ids=["marks-and-widths", "no-utf-8"],
)
def test_a_bad_row_is_rejected_and_kills_nothing(
    session: SparkSession, model: LoadedModel, tmp_path: Path, damaged: list[bytes]
) -> None:
    rows = [f"p{at},{row}" for at, row in enumerate(ROWS)]
    content = table(*rows, header=f"id,{HEADER}") + b"".join(line + b"\n" for line in damaged)
    (tmp_path / "in.csv").write_bytes(content)
    report = job.score(session, str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), model)
    assert (report.rows, report.counts["rejected"]) == (4 + len(damaged), len(damaged))
    scored = result(tmp_path / "out.csv")
    assert scored.loc[scored["risk"].notna(), "id"].tolist() == ["p0", "p1", "p2", "p3"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (table(header=ROWS[0]), "no-header"),
        (
            table(
                *(
                    row.replace(",233,", ",6.2,").replace(",286,", ",5,").replace(",204,", ",4.4,")
                    for row in ROWS[:3]
                )
            ),
            "other-unit",
        ),
        (table().decode().encode("utf-16"), "encoding"),
        (b"%PDF", "not-a-table"),
        (table(header="risk," + HEADER), "result-there-already"),
    ],
)
def test_a_refused_file_leaves_nothing(
    session: SparkSession, model: LoadedModel, tmp_path: Path, content: bytes, code: str
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "1.csv").write_bytes(content)
    report = job.score(session, str(source), str(tmp_path / "out.csv"), model)
    assert [issue.code for issue in report.issues] == [code]
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(("sheet", "code"), [("", None), ("April", "sheet-missing")])
def test_a_mapping_is_obeyed_and_one_of_a_sheet_refused(
    session: SparkSession, model: LoadedModel, tmp_path: Path, sheet: str, code: str | None
) -> None:
    rows = (f"p{at},{row}" for at, row in enumerate(ROWS))
    (tmp_path / "in.csv").write_bytes(table(*rows, header=f"id,{HEADER.replace('cp', 'pain')}"))
    proposal = propose(io.BytesIO((tmp_path / "in.csv").read_bytes()), model.schema)
    mapping = replace(proposal.mapping, sheet=sheet)
    output = tmp_path / "out.csv"
    report = job.score(session, str(tmp_path / "in.csv"), str(output), model, mapping=mapping)
    assert (report.refusal.code if report.refusal else None) == code
    if code is None:
        expected = model.assess(pd.read_csv(io.BytesIO(table(*ROWS)))).risk
        np.testing.assert_allclose(result(output)["risk"], expected, rtol=1e-12)


def test_a_column_that_is_no_text_is_refused_by_name(
    session: SparkSession, model: LoadedModel, tmp_path: Path
) -> None:
    numbers = pd.read_csv(io.BytesIO(table(*ROWS)))
    numbers.assign(photo=[b"\xff"] * len(ROWS)).to_parquet(tmp_path / "in.parquet")
    report = job.score(session, str(tmp_path / "in.parquet"), str(tmp_path / "out.csv"), model)
    assert [(issue.code, issue.column) for issue in report.issues] == [("no-text", "photo")]
    assert not list(tmp_path.glob("out*"))


def test_files_with_different_headers_are_refused(
    session: SparkSession, model: LoadedModel, tmp_path: Path
) -> None:
    source = tmp_path / "in"
    written(source, files=2, rows=50)
    swapped = HEADER.replace("age,sex", "sex,age")
    (source / "9.csv").write_bytes(table(header=f"id,{swapped}"))
    report = job.score(session, str(source), str(tmp_path / "out.csv"), model)
    assert [issue.code for issue in report.issues] == ["other-header"]
    assert not list(tmp_path.glob("out*"))


def test_a_result_that_is_there_is_not_overwritten(
    session: SparkSession, model: LoadedModel, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_bytes(table())
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(OutputError, match="is there already"):
        job.score(session, str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), model)


def test_files_that_are_not_there_are_told(
    session: SparkSession, model: LoadedModel, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        job.score(session, str(tmp_path / "no.csv"), str(tmp_path / "out.csv"), model)


def test_what_spark_scores_is_in_the_operator_s_log_before_and_after(
    session: SparkSession, bundle_folder: tuple[Path, str], tmp_path: Path
) -> None:
    assert session.version  # the command takes the session there is
    written(tmp_path / "many", files=2, rows=10)
    log = tmp_path / "audit.jsonl"
    asked = ["score", f"{tmp_path / 'many'}", "--output", f"{tmp_path / 'out.csv'}"]
    asked += ["--model", f"{bundle_folder[0]}", "--engine", "spark"]
    assert main(asked, {"BEDSIDE_AUDIT_LOG": str(log), "MLFLOW_TRACKING_URI": ""}) == 0
    before, after = (json.loads(line) for line in log.read_text().splitlines())
    assert (before["route"], before["outcome"]) == ("spark", "intended")
    assert (after["outcome"], after["rows"]) == ("done", 8)
