"""Files that are small and become large: each is refused in a sentence, and memory stays flat."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.files.check_file import examine
from model.files.reading.readers import open_patients
from model.schema import Schema
from model.scoring import bundle
from model.scoring.bundle import Manifest
from model.tables import parquet, parquet_size
from tests.faults import hostile, uploads
from tests.faults.conftest import Within

MEGABYTES = 500
"""By how much the memory of the process may rise."""
HOSTILE = (*hostile.BUNDLES, *hostile.ESTIMATORS, *hostile.TABLES)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def outcomes(
    tmp_path_factory: pytest.TempPathFactory,
    manifest: Manifest,
    bundle_files: Callable[[str], dict[str, bytes]],
) -> dict[str, dict[str, Any]]:
    """What became of each file, by its name; all are read by one process."""
    folder = tmp_path_factory.mktemp("hostile")
    bundle.write(folder / "sound", manifest, bundle_files("logistic"))
    for name, change in hostile.BUNDLES.items():
        bundle.write(folder / name, manifest, change(bundle_files("logistic")))
    sound = bundle_files("logistic")["estimator.skops"]
    for name, bomb in hostile.ESTIMATORS.items():
        (folder / name).write_bytes(bomb(sound))
    for name, content in hostile.TABLES.items():
        (folder / name).write_bytes(content())
    return _read(folder, HOSTILE)


@pytest.fixture(scope="module")
def handed_in(
    tmp_path_factory: pytest.TempPathFactory,
    manifest: Manifest,
    bundle_files: Callable[[str], dict[str, bytes]],
) -> Callable[[str], dict[str, Any]]:
    """handed_in(name): the same of a file of 20 MB, each in a process of its own."""
    folder = tmp_path_factory.mktemp("uploads")
    bundle.write(folder / "sound", manifest, bundle_files("logistic"))

    def read(name: str) -> dict[str, Any]:
        (folder / name).write_bytes(uploads.UPLOADS[name]())
        return _read(folder, [name])[name]

    return read


def _read(folder: Path, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    paths = [str(folder / name) for name in names]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.memory", str(folder / "sound"), *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {each["name"]: each for each in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_becomes_large_is_refused_in_a_sentence(
    outcomes: dict[str, dict[str, Any]],
    name: str,
    record_property: Callable[[str, object], None],
) -> None:
    outcome = outcomes[name]
    _require_flat(outcome, record_property)


@pytest.mark.parametrize("name", uploads.UPLOADS)
def test_a_file_as_large_as_the_app_takes_is_read_or_refused_in_a_sentence(
    handed_in: Callable[[str], dict[str, Any]],
    name: str,
    record_property: Callable[[str, object], None],
) -> None:
    _require_flat(handed_in(name), record_property)


def _require_flat(outcome: dict[str, Any], record_property: Callable[[str, object], None]) -> None:
    record_property("measured", f"{outcome['megabytes']:.0f} MB, {outcome['seconds']:.1f} s")
    record_property("bound", f"{MEGABYTES} MB")
    assert outcome["said"].endswith((".", "?"))
    assert len(outcome["said"]) < 300
    assert outcome["megabytes"] < MEGABYTES


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("age,sex,cp," + "x" * 100_000, "endless-name"),
        ("age,sex,cp," + ",".join(f"c{at}" for at in range(20_000)), "too-many-columns"),
        ("age,sex,cp," + "x" * 1_000_000, "no-header"),
    ],
    ids=["a name of 100 kB", "20,000 columns", "a name of a megabyte"],
)
def test_an_endless_header_is_refused_before_it_is_compared(
    trained_schema: Schema, header: str, code: str, within: Within
) -> None:
    file = io.BytesIO(f"{header}\n".encode())
    with within(10):
        refused = examine(file, trained_schema).refusal
    assert refused is not None
    assert refused.code == code


def test_a_line_too_long_for_a_patient_is_not_taken_apart(trained_schema: Schema) -> None:
    file = io.BytesIO(b"age,sex,cp\n" + b"," * (4 * 1024 * 1024))
    tracemalloc.start()
    try:
        assert open_patients(file, trained_schema).names == ("age", "sex", "cp")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30e6  # as cells it takes 130


def test_a_text_of_many_rows_that_is_not_too_long_is_read() -> None:
    """What a hospital's export holds: a comment in every row, few of them different."""
    texts = [f"ward {at % 40}, bed {at % 7}" for at in range(50_000)]
    content = hostile._parquet({"note": pa.array(texts)})
    file = io.BytesIO(content)
    read = [batch for batch, _ in parquet.pieces(parquet.opened(file), len(content))]
    assert [text for batch in read for text in batch["note"].to_pylist()] == texts


def test_a_page_says_itself_how_large_it_becomes() -> None:
    written = pa.table({"a": pa.array(["x" * 20] * 5_000), "b": pa.array(range(5_000))})
    for options in (
        {},
        {"data_page_version": "2.0"},
        {"use_dictionary": False},
        {"write_page_checksum": True},
    ):
        file = io.BytesIO()
        pq.write_table(written, file, compression="zstd", **options)  # type: ignore[arg-type]
        metadata = pq.ParquetFile(file).metadata
        for at in range(2):
            column = metadata.row_group(0).column(at)
            headers = 200 * len(parquet_size.pages(file, column))
            size = sum(parquet_size.pages(file, column))
            assert size <= column.total_uncompressed_size <= size + headers
