"""Files made to be small and to become large, written without becoming large themselves."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MEGABYTE = 1024 * 1024

Files = dict[str, bytes]
"""Of a bundle, by their names."""


# Bundles ----------------------------------------------------------------------------------


def _archive(members: Mapping[str, bytes | int], into: bytes = b"") -> bytes:
    """A zip archive; a number stands for so many zeros. `into` is one to add to."""
    packed = io.BytesIO(into)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            with archive.open(name, "w", force_zip64=True) as member:
                if isinstance(content, bytes):
                    member.write(content)
                    continue
                for _ in range(content // MEGABYTE):
                    member.write(bytes(MEGABYTE))
    return packed.getvalue()


def _outline(skops: bytes) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(skops)) as archive:
        outline: dict[str, object] = json.loads(archive.read("schema.json"))
    return outline


def zeros_beside(skops: bytes) -> bytes:
    """A gigabyte of zeros in an archive of a megabyte, mentioned nowhere."""
    return _archive({"1.npy": 1024 * MEGABYTE}, skops)


def one_array_often(skops: bytes) -> bytes:
    """An array of 8 MB, mentioned two hundred times."""
    array = io.BytesIO()
    np.save(array, np.zeros(MEGABYTE))
    mention = {
        "__class__": "ndarray",
        "__module__": "numpy",
        "__loader__": "NdArrayNode",
        "type": "numpy",
        "file": "1.npy",
    }
    many = {
        "__class__": "list",
        "__module__": "builtins",
        "__loader__": "ListNode",
        "content": [mention | {"__id__": at} for at in range(200)],
        "__id__": 1000,
        "protocol": _outline(skops)["protocol"],
        "_skops_version": "0.16",
    }
    members = {"schema.json": json.dumps(many).encode(), "1.npy": array.getvalue()}
    return _archive(members)


def an_archive_in_an_archive(skops: bytes) -> bytes:
    """A sparse matrix whose own archive holds a gigabyte of zeros."""
    inner = _archive({"data.npy": 1024 * MEGABYTE})
    return _archive({"1.npz": inner}, skops)


def an_endless_outline(skops: bytes) -> bytes:
    """Thirty megabytes of empty lists, 1.5 GB once they are read."""
    lists = b'{"content": [' + b"[]," * (10 * MEGABYTE) + b"[]]}"
    return _archive({"schema.json": lists})


def many_members(skops: bytes) -> bytes:
    """Twenty thousand entries without content."""
    return _archive({f"{at}.npy": b"" for at in range(20_000)})


def an_endless_document(files: Files) -> Files:
    """Thirty megabytes of empty lists in a document of its own."""
    return files | {"model_card.json": b'{"limits": [' + b"[]," * (10 * MEGABYTE) + b"[]]}"}


def thirty_droppable_inputs(files: Files) -> Files:
    """A table of the patterns of 30 missing tests would take 8 GB."""
    document = json.loads(files["additive.json"])
    names = [f"x{at}" for at in range(30)]
    document["features"] += names
    for each in document["submodels"]:
        if each["absent"]:
            each["absent"] += names
    return files | {"additive.json": json.dumps(document).encode()}


def ten_thousand_inputs(files: Files) -> Files:
    document = json.loads(files["schema.json"])
    first = document["features"][0]
    document["features"] += [first | {"name": f"x{at}"} for at in range(10_000)]
    return files | {"schema.json": json.dumps(document).encode()}


ESTIMATORS: dict[str, Callable[[bytes], bytes]] = {
    f"{each.__name__.replace('_', ' ')}.skops": each
    for each in (
        zeros_beside,
        one_array_often,
        an_archive_in_an_archive,
        an_endless_outline,
        many_members,
    )
}
BUNDLES: dict[str, Callable[[Files], Files]] = {
    each.__name__.replace("_", " "): each
    for each in (an_endless_document, thirty_droppable_inputs, ten_thousand_inputs)
}


# Tables -----------------------------------------------------------------------------------


def _patients(rows: int) -> dict[str, pa.Array]:
    """The three columns every patient needs, the same in each row."""
    values = {"age": 54.0, "sex": 1.0, "cp": 4.0}
    return {name: pa.array(np.full(rows, value)) for name, value in values.items()}


def _parquet(columns: Mapping[str, pa.Array], *, dictionary: bool = True) -> bytes:
    """In pages as large as can be: a page is unpacked whole."""
    table, file = pa.table(dict(columns)), io.BytesIO()
    pq.write_table(
        table,
        file,
        compression="zstd",
        use_dictionary=dictionary,
        data_page_size=2**30,
        write_batch_size=len(table),
    )
    return file.getvalue()


def _same_text(rows: int, letters: int) -> pa.Array:
    """One text in every row, held once."""
    places = pa.array(np.zeros(rows, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(places, pa.array(["x" * letters]))


def long_texts_once_in_a_dictionary() -> bytes:
    return _parquet(_patients(20_000) | {"note": _same_text(20_000, 1_000_000)})


def texts_of_100_000_letters() -> bytes:
    return _parquet(_patients(20_000) | {"note": _same_text(20_000, 100_000)})


def plain_texts_compressed() -> bytes:
    texts = pa.array(["x" * 100_000] * 7_000)
    return _parquet(_patients(7_000) | {"note": texts}, dictionary=False)


def wide_cells() -> bytes:
    return _parquet(
        _patients(2_000) | {"note": pa.array([b"x" * 100_000] * 2_000, pa.binary(100_000))}
    )


def two_thousand_columns() -> bytes:
    zeros = pa.array(np.zeros(20_000))
    return _parquet(_patients(20_000) | {f"c{at}": zeros for at in range(2_000)})


TABLES: dict[str, Callable[[], bytes]] = {
    each.__name__.replace("_", " "): each
    for each in (
        long_texts_once_in_a_dictionary,
        texts_of_100_000_letters,
        plain_texts_compressed,
        wide_cells,
        two_thousand_columns,
    )
}
