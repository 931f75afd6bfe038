"""`check` and `score` on the command line: exit codes, what is printed, what is written."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.__main__ import main
from tests.model.files.reading.test_workbook import wards
from tests.model.files.samples import HEADER, ROWS, table
from tests.stores import Store

ROOT = Path(__file__).parents[3]
FAULTY = table(*ROWS, ROWS[0].replace("63", "12"), "female".join(ROWS[2].split("0", 1)))
ADDED = ["risk", "risk_low", "risk_high", "submodel", "holds_for", "problems"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """run(arguments…): exit code, what was printed, what was said beside; in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def of(*arguments: object) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments], {})
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return of


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    path = tmp_path / "patients.csv"
    path.write_bytes(FAULTY)
    return path


def test_check_prints_one_json_object_of_the_agreed_form(run: Run, patients: Path) -> None:
    code, out, err = run("check", patients, "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    told = json.loads(out)
    assert list(told) == ["verdict", "rows", "rejected_rows", "issues"]
    assert (told["verdict"], told["rows"], told["rejected_rows"]) == ("accepted", 6, [5])
    for issue in told["issues"]:
        assert list(issue) == ["severity", "row", "column", "code", "message"]
    assert [(i["severity"], i["row"], i["column"], i["code"]) for i in told["issues"]] == [
        ("rejected", 5, "age", "out-of-range"),
        ("normalised", 6, "sex", "words"),
    ]


def test_check_tells_a_person_in_sentences(run: Run, patients: Path) -> None:
    code, out, _ = run("check", patients)
    assert code == 0
    assert out.splitlines()[0] == f"{patients}: 6 rows, 5 accepted, 1 rejected."
    assert "  rejected    Row 5, Age (age): outside what is plausible." in out


@pytest.mark.parametrize("json_too", [False, True])
def test_a_refused_file_is_exit_code_2_and_nothing_is_written(
    run: Run, tmp_path: Path, json_too: bool
) -> None:
    path = tmp_path / "patients.csv"
    path.write_bytes(table(header=ROWS[0]))
    code, out, _ = run("check", path, "--clean", "clean.csv", *["--json"] * json_too)
    assert code == 2
    assert "refused" in out
    assert list(Path().iterdir()) == []
    assert not json_too or json.loads(out)["verdict"] == "refused"


def test_clean_writes_the_accepted_rows_in_codes_and_units(run: Run, patients: Path) -> None:
    assert run("check", patients, "--clean", "clean.csv")[0] == 0
    lines = Path("clean.csv").read_text().splitlines()
    assert lines[0] == f"row,{HEADER}"
    assert lines[1:5] == [f"{at},{row}" for at, row in enumerate(ROWS, start=1)]
    assert lines[5] == f"6,{ROWS[2]}"
    assert run("check", "clean.csv", "--json")[1].count('rejected_rows": []') == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["check", "nowhere.csv"], "nowhere.csv cannot be read: No such file or directory."),
        (["check", "{patients}", "--convert", "stone"], "There is no conversion 'stone'."),
        (["check", "{patients}", "--model", "models:/heart-disease@nobody"], "models:/heart"),
        (["score", "{patients}", "--output", "out.ods"], "must end in .csv, .parquet or .xlsx"),
        (["score", "{patients}", "--output", "{patients}"], "would take the place of the file"),
        (
            ["score", "{patients}", "--output", "o.csv", "--model", "{folder}"],
            "has no manifest.json",
        ),
        (
            ["score", "{patients}", "--output", "no/o.csv", "--model", "{bundle}"],
            "cannot be written",
        ),
        (
            ["score", "{patients}", "--output", "o.csv", "--model", "{bundle}", "--endpoint", "x"],
            "There is no endpoint 'x'",
        ),
        (
            ["score", "{patients}", "--output", "o.csv", "--engine", "spark", "--sheet", "x"],
            "Spark reads CSV and Parquet, which have no sheets.",
        ),
    ],
)
def test_anything_else_is_exit_code_1_in_one_sentence_and_nothing_is_written(
    run: Run,
    patients: Path,
    tmp_path: Path,
    bundle_folder: tuple[Path, str],
    arguments: list[str],
    complaint: str,
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    places = {"patients": patients, "folder": empty, "bundle": bundle_folder[0]}
    before = patients.read_bytes()
    code, out, err = run(*(each.format(**places) for each in arguments))
    assert (code, out) == (1, "")
    assert complaint in err
    assert "Traceback" not in err
    assert patients.read_bytes() == before
    assert not list(Path().glob("o*"))


def test_score_with_a_bundle_folder_writes_the_result(
    run: Run, patients: Path, bundle_folder: tuple[Path, str]
) -> None:
    code, out, err = run("score", patients, "--output", "out.csv", "--model", bundle_folder[0])
    assert (code, out) == (0, "")
    assert "6 rows, 5 accepted, 1 rejected" in err
    result = pd.read_csv("out.csv")
    assert list(result.columns) == [*HEADER.split(","), *ADDED]
    assert result["risk"].isna().tolist() == [False] * 4 + [True, False]


def test_one_sheet_of_a_workbook_is_checked_proposed_and_scored(
    run: Run, tmp_path: Path, bundle_folder: tuple[Path, str]
) -> None:
    book, csv = tmp_path / "wards.xlsx", tmp_path / "ward.csv"
    book.write_bytes(wards())
    csv.write_bytes(table(*ROWS[:2]))
    code, out, _ = run("check", book)
    assert (code, "Name one of them: with --sheet" in out) == (2, True)
    code, out, err = run("check", book, "--sheet", "Ward B", "--propose", "map.yaml")
    assert (code, "2 rows, 2 accepted" in out, "sheet         Ward B" in err) == (0, True, True)
    scored = {"sheet": ["--sheet", "Ward B"], "map": ["--map", "map.yaml"], "csv": []}
    for name, asked in scored.items():
        file = csv if name == "csv" else book
        output = ["--output", f"{name}.csv", "--model", bundle_folder[0]]
        assert run("score", file, *asked, *output)[0] == 0
    assert Path("sheet.csv").read_bytes() == Path("map.csv").read_bytes()
    risks = [pd.read_csv(f"{name}.csv")["risk"].tolist() for name in scored]
    assert risks[0] == risks[1] == risks[2]
    code, _, err = run("score", book, "--map", "map.yaml", "--sheet", "Ward A", *output)
    assert (code, "asked for as well" in err) == (2, True)


@pytest.mark.parametrize(
    ("rows", "outcome", "scored"), [(FAULTY, "done", 5), (b"nothing,here\n1,2\n", "refused: ", 0)]
)
def test_a_scored_file_is_in_the_operator_s_log_before_and_after(
    bundle_folder: tuple[Path, str], tmp_path: Path, rows: bytes, outcome: str, scored: int
) -> None:
    patients, log = tmp_path / "patients.csv", tmp_path / "audit.jsonl"
    patients.write_bytes(rows)
    asked = ["score", f"{patients}", "--output", f"{tmp_path / 'out.csv'}"]
    main([*asked, "--model", f"{bundle_folder[0]}"], {"BEDSIDE_AUDIT_LOG": str(log)})
    before, after = (json.loads(line) for line in log.read_text().splitlines())
    assert (before["what"], before["outcome"]) == ("scored", "intended")
    assert after["outcome"].startswith(outcome)
    assert after["rows"] == scored


def test_standard_input_is_scored_like_the_file(
    run: Run, patients: Path, bundle_folder: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("score", patients, "--output", "a.csv", "--model", bundle_folder[0])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(patients.read_bytes())))
    code, _, err = run("score", "-", "--output", "b.csv", "--model", bundle_folder[0])
    assert code == 0
    assert err.startswith("Standard input: 6 rows")
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()


def test_a_bundle_folder_needs_no_mlflow(patients: Path, bundle_folder: tuple[Path, str]) -> None:
    script = (
        "import os, sys; from model.__main__ import main\n"
        "code = main(sys.argv[1:], {})\n"
        "heavy = {'mlflow', 'sklearn', 'scipy', 'skops', 'requests'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    output = patients.with_name("out.csv")
    done = subprocess.run(
        [
            *(sys.executable, "-c", script, "score", str(patients)),
            *("--output", str(output), "--model", str(bundle_folder[0])),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert output.exists()


@pytest.mark.server
def test_score_finds_the_champion_on_the_tracking_server(patients: Path, store: Store) -> None:
    output = patients.with_name("out.csv")
    environ = {"MLFLOW_TRACKING_URI": store.uri}
    assert main(["score", str(patients), "--output", str(output), "--explain"], environ) == 0
    result = pd.read_csv(output).dropna(subset="risk")
    log_odds = result.filter(like="contribution_").sum(axis=1) + result["base"]
    np.testing.assert_allclose(result["risk"], 1 / (1 + np.exp(-log_odds)), rtol=0, atol=1e-12)
