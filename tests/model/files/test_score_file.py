"""A file of patients scored whole: what is written, and when nothing is."""

from __future__ import annotations

import csv
import gc
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.errors import OutputError
from model.files import score_file
from model.files.atomic_write import appearing
from model.files.check_report import Verdict
from model.scoring import LoadedModel
from model.scoring.assessment import Assessment
from tests.model.files.samples import HEADER, ROWS, table

ROOT = Path(__file__).parents[3]
BESIDE = ["submodel", "holds_for"]
ADDED = ["risk", "risk_low", "risk_high", *BESIDE, "problems"]
FAULTY = (*ROWS, ROWS[0].replace("63", "12"), ROWS[1] + ",9", ROWS[2].replace("130", "?"), ROWS[0])


@pytest.fixture
def model(bundle_folder: tuple[Path, str]) -> LoadedModel:
    return LoadedModel.open(*bundle_folder)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "results"
    folder.mkdir()
    return folder


@pytest.fixture
def scored(model: LoadedModel, results: Path) -> Callable[..., pd.DataFrame]:
    """scored(content, …): the result for a file, every cell as text."""

    def of(content: bytes, name: str = "out.csv", **how: bool) -> pd.DataFrame:
        report = score_file.score(io.BytesIO(content), results / name, model, model, **how)
        assert report.verdict is Verdict.ACCEPTED, report.issues
        if name.endswith(".parquet"):
            return pq.read_table(results / name).to_pandas()
        return pd.read_csv(results / name, dtype=str, keep_default_na=False)

    return of


Scored = Callable[..., pd.DataFrame]


def typed(rows: Sequence[str], **more: pa.Array) -> bytes:
    """Patients as Parquet, with more columns, or others in place of the study's."""
    patients = pa.Table.from_pandas(pd.read_csv(io.BytesIO(table(*rows))), preserve_index=False)
    columns = dict(zip(patients.column_names, patients.columns, strict=True))
    stored = io.BytesIO()
    pq.write_table(pa.table({**columns, **more}), stored)
    return stored.getvalue()


def test_the_callers_columns_come_first_as_they_were_and_every_row_stays(
    scored: Scored, model: LoadedModel
) -> None:
    rows = [f"p{at},{row},note {at}" for at, row in enumerate(FAULTY)]
    result = scored(table(*rows, header=f"id,{HEADER},remark"))
    assert list(result.columns) == ["id", *HEADER.split(","), "remark", *ADDED]
    assert result["id"].tolist() == [f"p{at}" for at in range(len(FAULTY))]
    assert [",".join(cells) for cells in result[HEADER.split(",")].values[:4]] == list(ROWS)
    gone = result["risk"] == ""
    assert gone.tolist() == [False, False, False, False, True, True, False, False]
    assert (result.loc[gone, ["risk_low", "risk_high", *BESIDE]] == "").all(axis=None)
    population = "patients referred for coronary angiography"
    assert result.loc[~gone, "holds_for"].eq(population).all()
    assert (
        result.loc[4, "problems"]
        == "Age (age): outside what is plausible. Allowed: 18 to 100 years."
    )
    assert "another number of cells" in result.loc[5, "problems"]
    assert result.loc[6, "problems"] == "Resting blood pressure (trestbps): not measured."
    assert result.loc[[0, 1, 2, 3, 7], "problems"].eq("").all()


def test_the_numbers_are_the_models_own_to_the_last_digit(
    scored: Scored, model: LoadedModel
) -> None:
    result = scored(table(), explain=True)
    values = np.array([[float(cell) for cell in row.split(",")] for row in ROWS])
    rows = pd.DataFrame(values, columns=list(model.schema.names))
    expected = model.assess(rows, explain=True).to_frame()
    assert list(result.columns[13 : 13 + len(ADDED)]) == ADDED
    for name in expected.columns.drop("submodel"):
        assert result[name].astype(float).tolist() == expected[name].tolist()
    assert result["submodel"].tolist() == expected["submodel"].tolist()


def test_csv_and_parquet_in_and_out_say_the_same(scored: Scored) -> None:
    content = table(*(f"{row[:-1]}?" for row in ROWS))
    text = scored(content, explain=True)
    columns = scored(content, "out.parquet", explain=True)
    assert list(columns.columns) == list(text.columns)
    for name in text.columns:
        if columns[name].dtype == np.float64:
            assert columns[name].tolist() == text[name].astype(float).tolist()
        else:
            assert columns[name].tolist() == text[name].tolist()
    numbers = pd.read_csv(io.BytesIO(table()))
    stored = io.BytesIO()
    numbers.to_parquet(stored)
    again = scored(stored.getvalue(), "again.parquet")
    assert again["age"].dtype == np.int64
    assert again["risk"].tolist() == scored(table(), "plain.parquet")["risk"].tolist()


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_header_without_rows_gives_the_columns_of_a_result(
    scored: Scored, end: bytes, encoding: str
) -> None:
    content = f"façon,{HEADER}{end.decode()}".encode(encoding)
    names = ["façon", *HEADER.split(","), *ADDED]
    assert [*scored(content).columns] == names
    result = scored(content, "out.parquet")
    assert ([*result.columns], len(result)) == (names, 0)
    assert result["risk"].dtype == np.float64


def test_a_parquet_file_without_rows_keeps_its_types(scored: Scored) -> None:
    numbers = pd.read_csv(io.BytesIO(table())).assign(seen=pd.Timestamp("2024-02-29"))
    stored = io.BytesIO()
    numbers.iloc[:0].to_parquet(stored)
    result = scored(stored.getvalue(), "out.parquet", explain=True)
    assert len(result) == 0
    assert result.dtypes[: len(numbers.columns)].equals(numbers.dtypes)
    assert (result.dtypes.filter(like="contribution_") == np.float64).all()


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "@SUM(1)", "-2+3", "\tx", "\r=1", "＝1+1", "+A1", "-", "@"],
)
def test_a_text_a_spreadsheet_would_run_is_not_run(scored: Scored, cell: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerow([cell])
    row = f"{written.getvalue().strip(chr(13) + chr(10))},{ROWS[0]}"
    if "\r" in cell:
        row = f'"{cell}",{ROWS[0]}'
    assert scored(table(row, header="note," + HEADER))["note"].tolist() == ["'" + cell]
    kept = scored(table(row, header="note," + HEADER), "out.parquet")
    assert kept["note"].tolist() == [cell]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.binary()])
def test_a_text_of_a_parquet_file_is_not_run_and_stays_in_its_cell(
    scored: Scored, kind: pa.DataType
) -> None:
    cells = ["=1+1", "a,b", 'say "a"', "two\nlines"]
    stored = typed(ROWS, note=pa.array(cells).cast(kind))
    assert scored(stored)["note"].tolist() == ["'=1+1", *cells[1:]]


@pytest.mark.parametrize(
    ("column", "written"),
    [
        (pa.array([b"ab"], pa.binary(2)), "ab"),
        (pa.array([UUID(int=10)], pa.uuid()), "00000000-0000-0000-0000-00000000000a"),
        (pa.array([0.5], pa.float16()), "0.5"),
        (pa.array([None], pa.float16()), ""),
        (pa.array([True]), "true"),
        (pa.array([Decimal("1.50")], pa.decimal256(40, 2)), "1.50"),
        (pa.array([date(2024, 2, 1)]), "2024-02-01"),
        (pa.array([90], pa.duration("s")), "90"),
        (pa.array([2**62], pa.timestamp("us")), "<value out of range: 4611686018427387904>"),
        (pa.nulls(1), ""),
    ],
    ids=lambda each: str(each.type) if isinstance(each, pa.Array) else "",
)
def test_a_typed_column_of_the_callers_is_written_as_text(
    scored: Scored, column: pa.Array, written: str
) -> None:
    stored = typed(ROWS[:1], note=column)
    assert scored(stored)["note"].tolist() == [written]
    assert len(scored(stored, "out.parquet")) == 1


@pytest.mark.parametrize(
    "column",
    [
        pa.array([b"\xff"]),
        pa.array([b"\xff"], pa.large_binary()),
        pa.array([b"\xff"]).dictionary_encode(),
        pa.array([0], pa.timestamp("us", tz="No/Where")),
    ],
    ids=lambda each: str(each.type),
)
def test_a_column_that_is_no_text_is_named_and_nothing_is_written(
    model: LoadedModel, results: Path, column: pa.Array
) -> None:
    report = score_file.score(
        io.BytesIO(typed(ROWS[:1], note=column)), results / "out.csv", model, model
    )
    assert [(issue.code, issue.column) for issue in report.issues] == [("no-text", "note")]
    assert list(results.iterdir()) == []


@pytest.mark.parametrize(
    "cell", ["-0.5", "+63", "-1e5", "-.5", "0", "12", "a=1", "x-1", "a,b", 'a"b']
)
def test_numbers_and_other_texts_are_untouched(scored: Scored, cell: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerow([cell])
    row = f"{written.getvalue().strip()},{ROWS[0].replace('2.3', '-0.5')}"
    result = scored(table(row, header="note," + HEADER))
    assert result["note"].tolist() == [cell]
    assert result["oldpeak"].tolist() == ["-0.5"]


@pytest.mark.parametrize("name", ["risk", "problems", "submodel", "contribution_age", "base"])
def test_a_column_the_result_would_have_twice_is_refused(
    model: LoadedModel, results: Path, name: str
) -> None:
    content = table(*(f"1,{row}" for row in ROWS), header=f"{name},{HEADER}")
    explain = name in ("contribution_age", "base")
    for asked in {explain, True}:
        report = score_file.score(
            io.BytesIO(content), results / "o.csv", model, model, explain=asked
        )
        assert [issue.code for issue in report.issues] == ["result-there-already"]
    assert list(results.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", table() * 3 + b'"', table(*ROWS * 9_000, '"never closed')]
)
def test_of_a_refused_file_nothing_is_written_and_what_was_there_stays(
    model: LoadedModel, results: Path, content: bytes
) -> None:
    output = results / "out.csv"
    output.write_text("yesterday's")
    report = score_file.score(io.BytesIO(content), output, model, model)
    assert report.verdict is Verdict.REFUSED
    assert [path.name for path in results.iterdir()] == ["out.csv"]
    assert output.read_text() == "yesterday's"


def test_a_file_refused_at_its_end_leaves_no_half_of_a_table(
    model: LoadedModel, results: Path
) -> None:
    rows = [row.split(",") for row in ROWS]
    content = io.BytesIO(table(*(",".join([*cells[:4], "6.2", *cells[5:]]) for cells in rows)))
    report = score_file.score(content, results / "out.parquet", model, model)
    gc.collect()  # what is left open would complain
    assert [issue.code for issue in report.issues] == ["other-unit"]
    assert list(results.iterdir()) == []


class Asked:
    """A scorer that remembers what it was asked for."""

    def __init__(self, model: LoadedModel) -> None:
        self.model, self.explain = model, set[bool]()

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        self.explain.add(explain)
        return self.model.assess(rows, explain=explain)


@pytest.mark.parametrize("explain", [True, False])
def test_reasons_are_only_asked_for_if_they_are_written(
    model: LoadedModel, results: Path, explain: bool
) -> None:
    """A forest takes a hundred times as long for them as for the rest."""
    scorer = Asked(model)
    score_file.score(io.BytesIO(table(*ROWS)), results / "out.csv", scorer, model, explain=explain)
    assert scorer.explain == {explain}
    written = pd.read_csv(results / "out.csv")
    assert written["risk_low"].notna().any()
    assert ("base" in written) == explain


class Breaks:
    """A scorer that fails after some chunks."""

    def __init__(self, model: LoadedModel, after: int) -> None:
        self.model, self.left = model, after

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return self.model.assess(rows, explain=explain)


def test_a_scoring_that_breaks_off_leaves_nothing(model: LoadedModel, results: Path) -> None:
    content = io.BytesIO(table(*ROWS * 60_000))
    with pytest.raises(KeyboardInterrupt):
        score_file.score(content, results / "out.csv", Breaks(model, 2), model)
    assert list(results.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has nameless files")
def test_a_process_that_is_killed_leaves_nothing(results: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from model.files.atomic_write import appearing\n"
        "with appearing(Path(sys.argv[1])) as file:\n"
        " file.write(b'a patient'); file.flush(); print('writing', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(results / "out.csv")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    assert list(results.iterdir()) == []


def test_where_nothing_can_be_written_is_told(results: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"out\.csv cannot be written: No such file"),
        appearing(results / "nowhere" / "out.csv"),
    ):
        pass


def test_blocks_and_threads_change_no_byte(
    model: LoadedModel, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = table(*FAULTY * 500)
    quoted = content.replace(b"\n63,", b'\n"63",')
    found = []
    for at, block in enumerate((2_000_000, 5_000, 777)):
        monkeypatch.setattr("model.files.reading.readers.BLOCK_BYTES", block)
        output = results / f"{at}.csv"
        score_file.score(
            io.BytesIO(quoted if at == 2 else content), output, model, model, explain=True
        )
        found.append(output.read_bytes())
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end", "blank"])
def test_rows_stand_in_the_result_as_they_stood_whatever_ended_them(
    model: LoadedModel, results: Path, end: str, last: str
) -> None:
    rows = [f"ä,{row}" for row in ROWS]
    content = end.join([f"note,{HEADER}", *rows]) + {"": "", "end": end, "blank": 2 * end}[last]
    score_file.score(io.BytesIO(content.encode()), results / "out.csv", model, model)
    written = (results / "out.csv").read_text().split("\n")[1:-1]
    assert [",".join(line.split(",")[: -len(ADDED)]) for line in written] == rows


def test_progress_is_told_to_the_end(model: LoadedModel, results: Path) -> None:
    told: list[tuple[int, float]] = []
    score_file.score(
        io.BytesIO(table(*ROWS * 30_000)),
        results / "out.csv",
        model,
        model,
        progress=lambda rows, done: told.append((rows, done)),
    )
    assert told == sorted(told)
    assert told[-1] == (120_000, 1.0)
    assert len(told) > 1
