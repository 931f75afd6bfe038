"""A file of patients, scored: read, checked, answered and written, a chunk at a time."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from threadpoolctl import threadpool_limits

from model.errors import FileRefused, OutputError
from model.files.check_file import Examination, Examined, Progress
from model.files.check_report import Report
from model.files.results import result_rows, writers
from model.files.results.writers import InFile, Sink
from model.files.understanding.mapping import FileMapping
from model.scoring.scorer import Likeness, Scorer


def score(
    file: BinaryIO,
    output: Path,
    scorer: Scorer,
    model: Likeness,
    *,
    explain: bool = False,
    convert: Collection[str] = (),
    mapping: FileMapping | None = None,
    sheet: str = "",
    progress: Progress = lambda rows, done: None,
) -> Report:
    """Score every accepted row of a file into a new one; see `score_into`.

    output : what appears, with an ending of `KINDS`; only if the whole file was scored.

    Raises
    ------
    OutputError
        If the result cannot be written; nothing of it is.
    InputError
        If the study knows no such conversion.
    """
    return score_into(
        InFile(output),
        file,
        scorer,
        model,
        explain=explain,
        convert=convert,
        mapping=mapping,
        sheet=sheet,
        progress=progress,
    )


def score_into(
    sink: Sink,
    file: BinaryIO,
    scorer: Scorer,
    model: Likeness,
    *,
    explain: bool = False,
    convert: Collection[str] = (),
    mapping: FileMapping | None = None,
    sheet: str = "",
    progress: Progress = lambda rows, done: None,
) -> Report:
    """Score every accepted row of a file; the result has all its rows, in their order.

    Parameters
    ----------
    sink : where the result goes, if the whole file was scored.
    file : CSV, Parquet or an Excel workbook, that can be read twice.
    scorer, model : who answers, and the version it answers for.
    explain : also write base and contributions, in log-odds.
    convert : conversions the file's owner asks for. mapping : how they say it is to be read.
    sheet : of a workbook, the one with the patients.

    Returns
    -------
    The report of the file. If it was refused, the sink has nothing.

    Raises
    ------
    InputError
        If the study knows no such conversion.
    """
    wanted = result_rows.columns(model.schema, explain=explain)
    examination = Examination(
        file,
        model.schema,
        convert=convert,
        mapping=mapping,
        sheet=sheet,
        cells=sink.cells,
        progress=progress,
    )
    try:
        result_rows.require_room(examination.names, wanted)
        # The matrices are small, and two chunks are in work at a time.
        with threadpool_limits(1), sink.begun(examination.names, wanted) as table:
            for part in examination.run(
                lambda checked: table.render(answer(checked, scorer, model, explain=explain))
            ):
                table.write(part)
    except FileRefused as refused:
        examination.report.refusal = refused
    return examination.report


def require_result(file: str, output: Path) -> None:
    """Refuse, before anything is read, a result that cannot be what it is called.

    Raises
    ------
    OutputError
        If its ending is not known, or it would take the place of the file.
    """
    if output.suffix.lower() not in writers.KINDS:
        *most, last = sorted(writers.KINDS)
        raise OutputError(
            f"{output}: the name of the result must end in {', '.join(most)} or {last}."
        )
    if output.exists() and Path(file).exists() and output.samefile(file):
        raise OutputError("The result would take the place of the file. Name another one.")


def answer(
    examined: Examined, scorer: Scorer, model: Likeness, *, explain: bool
) -> result_rows.Rows:
    """The rows of a chunk with their risks, intervals, submodels and problems, and why if asked.

    The interval belongs to every risk; the reasons can take far longer than both.
    """
    rows = pd.DataFrame(examined.checked.accepted, columns=list(model.schema.names))
    if scorer is model and not explain:
        answers, sure = model.appraise(rows)
    else:
        answers = scorer.assess(rows, explain=explain)
        sure = answers.explanation or model.appraise(rows)[1]
    return result_rows.Rows.of(examined, answers, sure, model.unusual(rows), model.schema)
