"""Files that are small and become large: each is refused in a sentence, and memory stays flat."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.files.check_file import examine
from model.schema import Schema
from model.scoring import bundle
from model.scoring.bundle import Manifest
from model.tables import parquet, parquet_size
from tests.faults import hostile
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
    paths = [str(folder / name) for name in HOSTILE]
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
    record_property("measured", f"{outcome['megabytes']:.0f} MB, {outcome['seconds']:.1f} s")
    record_property("bound", f"{MEGABYTES} MB")
    assert outcome["said"].endswith(".")
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
