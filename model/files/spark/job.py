"""Patients scored on Apache Spark: the same bundle, checks, columns and numbers, in parallel.

Two passes over the files. The first only checks, so that a folder that means something else than
it seems to is refused before anything is written; the second scores. Rows are read line by line,
so each must stand on one line: where a quotation mark stays open, that row is rejected. Files are
UTF-8. The result is a folder with a part for each partition, and appears whole or not at all.
"""

from __future__ import annotations

import pickle
import secrets
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from model.errors import FileRefused, InputError, OutputError
from model.files.check_report import Report
from model.files.reading import dialect as layouts
from model.files.reading.coding_guard import Guard
from model.files.reading.conversion import Conversions
from model.files.reading.header import Header
from model.files.reading.readers import columns_of
from model.files.reading.sheet import require_no_sheet
from model.files.results import result_rows
from model.files.spark.worker import BOM, NOT_UTF8, Batches, Found, Work
from model.files.understanding.mapping import FileMapping
from model.intake import Finding, Severity
from model.scoring.loaded_model import LoadedModel
from model.tables.encoding import require_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PACKAGE = Path(__file__).parents[1]
LINES_LOOKED_AT = 40


def session() -> SparkSession:
    """The session there is, or one with the master and settings Spark is configured with.

    Raises
    ------
    InputError
        If PySpark is not installed, or Spark does not start.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise InputError(
            "PySpark is not installed. Install it: pip install -r requirements-spark.txt"
        ) from None
    try:
        return SparkSession.builder.appName("bedside").getOrCreate()
    except (PySparkException, RuntimeError, OSError):
        raise InputError(
            "Spark does not start. Is Java 17 or newer installed, and its master reachable?"
        ) from None


def score(
    session: SparkSession,
    path: str,
    output: str,
    model: LoadedModel,
    *,
    explain: bool = False,
    convert: Collection[str] = (),
    mapping: FileMapping | None = None,
) -> Report:
    """Score a file or folder of CSV or Parquet; the result is a folder of the same rows.

    Parameters
    ----------
    path, output : anywhere the session reads and writes. What ends in ``.parquet`` is Parquet.
    model : the version; its bundle travels to the workers, and proves itself on each.

    Returns
    -------
    The report, which counts rows and does not number them. Of refused files nothing was written.

    Raises
    ------
    OutputError
        If the result is there already, or cannot be written.
    InputError
        If there are no such files, or the study knows no such conversion.
    """
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import AnalysisException, PySparkException

    report = Report()
    conversions = Conversions.of(model.schema, convert, mapping)
    _require_free(session, output)
    _ship_code(session)
    work = Work(
        model.source,
        Header((), {}),
        convert=tuple(convert),
        mapping=mapping,
        explain=explain,
        as_text=not output.endswith(".parquet"),
    )
    try:
        frame, work = _open(session, path, work)
        result_rows.require_room(work.header.names, work.added)
        report.say((*conversions.findings, *work.header.findings))
        found = Found(Guard(model.schema, conversions))
        for row in _mapped(frame, work.find, "found binary").toLocalIterator():
            found.merge(pickle.loads(row.found))  # made by our own workers, a moment ago
        if found.refusal:
            raise found.refusal
        found.guard.require_meant()
        report.rows = found.rows
        report.counts[Severity.REJECTED] = found.rejected
        report.say(_counted(found))
        report.require_rows()
        _write(session, frame, work, output)
    except FileRefused as refused:
        report.refusal = refused
    except AnalysisException:  # its text repeats the whole plan
        raise InputError(f"{path} cannot be read: Spark finds no such files there.") from None
    except (PySparkException, Py4JJavaError) as error:
        raise OutputError(f"Spark stopped ({type(error).__name__}); see its log.") from None
    return report


def _open(session: SparkSession, path: str, work: Work) -> tuple[DataFrame, Work]:
    """The rows to be read, and how."""
    schema = work.model.schema
    require_no_sheet(work.mapping.sheet if work.mapping else "")
    if path.rstrip("/").endswith(".parquet"):
        frame = session.read.parquet(path)
        header = columns_of(_arrow_schema(frame), schema, work.mapping)
        return frame, replace(work, header=header)
    text = session.read.text(path)
    first = session.read.text(min(text.inputFiles()))
    lines = [row.value for row in first.head(LINES_LOOKED_AT)]
    require_text("\n".join(lines).encode())
    if NOT_UTF8 in lines[0] or any("\0" in line for line in lines):
        raise FileRefused("encoding", "On Spark a file must be UTF-8. Save it so.")
    lines[0] = lines[0].lstrip(BOM)
    layout = layouts.understand(lines, schema, work.mapping)
    header = Header(layout.header.names, layout.header.places, layout.findings)
    frame = text.select("value", "_metadata.file_path", "_metadata.file_block_start")
    return frame, replace(
        work, header=header, layout=layout, heading=lines[layout.above - 1] if layout.above else ""
    )


def _arrow_schema(frame: DataFrame) -> pa.Schema:
    from pyspark.sql.pandas.types import to_arrow_schema

    schema: pa.Schema = to_arrow_schema(frame.schema)
    return schema


def _mapped(
    frame: DataFrame, work: Callable[[Batches], Iterator[pa.RecordBatch]], schema: Any
) -> DataFrame:
    with warnings.catch_warnings():
        # PySpark warns of pandas 3, which takes no part in what is done with Arrow alone.
        warnings.simplefilter("ignore", FutureWarning)
        return frame.mapInArrow(work, schema)


def _counted(found: Found) -> Iterator[Finding]:
    for (severity, code, column, reason), count in sorted(found.reasons.items(), key=str):
        yield Finding(severity, code, f"{count:,} rows, {reason}", column=column)


def _write(session: SparkSession, frame: DataFrame, work: Work, output: str) -> None:
    """Write beside the result's place, and give it its name when all is there."""
    beside = f"{output.rstrip('/')}.{secrets.token_hex(4)}"
    files, place = _hadoop(session, output), _place(session, output)
    try:
        if work.as_text:
            _mapped(frame, work.score, "value string").write.text(beside)
        else:
            _mapped(frame, work.score, _columns(frame, work)).write.parquet(beside)
        if not files.rename(_place(session, beside), place):
            raise OutputError(f"{output} cannot be written: it cannot be named. Nothing was.")
    finally:
        files.delete(_place(session, beside), True)


def _columns(frame: DataFrame, work: Work) -> Any:
    """The columns of a result in Parquet: the caller's as they came, then ours."""
    from pyspark.sql.types import DoubleType, StringType, StructField, StructType

    texts = {*work.header.names, *result_rows.worded(work.model.schema)}
    theirs = [*frame.schema.fields] if work.layout is None else []
    names = work.added if theirs else (*work.header.names, *work.added)
    ours = [StructField(name, StringType() if name in texts else DoubleType()) for name in names]
    return StructType([*theirs, *ours])


def _require_free(session: SparkSession, output: str) -> None:
    if _hadoop(session, output).exists(_place(session, output)):
        raise OutputError(f"{output} is there already. Name another --output, or remove it.")


def _hadoop(session: SparkSession, path: str) -> Any:
    configuration = session.sparkContext._jsc.hadoopConfiguration()
    return _place(session, path).getFileSystem(configuration)


def _place(session: SparkSession, path: str) -> Any:
    jvm: Any = session.sparkContext._jvm
    return jvm.org.apache.hadoop.fs.Path(path)


def _ship_code(session: SparkSession) -> None:
    """Send this package to the workers, which need nothing of ours installed."""
    application = str(session.sparkContext.applicationId)
    if application in _SENT:
        return
    # Workers may fetch it at any time: it stays until this process ends.
    _SENT[application] = scratch = tempfile.TemporaryDirectory(prefix="bedside-")
    archive = Path(scratch.name) / "bedside.zip"
    with zipfile.ZipFile(archive, "w") as code:
        for path in sorted(PACKAGE.rglob("*.py")):
            code.write(path, path.relative_to(PACKAGE.parent))
    session.sparkContext.addPyFile(str(archive))


_SENT: dict[str, tempfile.TemporaryDirectory[str]] = {}
