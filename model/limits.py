"""How much of what others hand in is read at most: every limit on files, counts and lengths.

A limit on the size of a file says little about what becomes of it: 50 kB of Parquet can hold texts
of 20 GB, 2 MB of a zip archive 2 GB. So what counts here is the size *after* unpacking, from
figures a reader cannot be deceived about: a zip member is never read further than the archive's
directory says, and a page of Parquet is unpacked into a buffer of the size in its own header.
"""

from __future__ import annotations

import io
import json
import zipfile

MEGABYTE = 1024 * 1024

# A table of patients.
CELL_CHARACTERS = 131_072  # more is a quotation mark that was never closed
ROW_BYTES = 16 * MEGABYTE
HEADER_BYTES = 1 * MEGABYTE
COLUMNS = 10_000
COLUMN_NAME_CHARACTERS = 1_000
PIECE_BYTES = 48 * MEGABYTE  # of rows that are in work together; three pieces are at a time
UNPACKED_FILE_BYTES = 128 * MEGABYTE  # of a file of 20 MB or less, as texts and numbers
UNPACKED_RATIO = 8  # of a larger one, which only the command line takes

PARQUET_FOOTER_BYTES = 8 * MEGABYTE
PARQUET_PAGES = 50_000  # of 400 bytes in a file of 20 MB; writers make them of a megabyte
PIECE_ROWS = 20_000

# A bundle.
BUNDLE_FILE_BYTES = 64 * MEGABYTE
BUNDLE_DOCUMENTS_BYTES = 16 * MEGABYTE  # JSON takes up to 24 times its size once it is read
MANIFEST_BYTES = 64 * 1024
ESTIMATOR_BYTES = 128 * MEGABYTE  # unpacked
ESTIMATOR_OUTLINE_BYTES = 4 * MEGABYTE  # its `schema.json`
ARCHIVE_MEMBERS = 10_000
DROPPABLE_INPUTS = 20  # 2**20 patterns of missing tests
GOLDEN_PATIENTS = 1_000  # each is scored again at every load
AXES = 2_000  # that inputs are laid out on to tell unusual patients; their covariance is squared
SUBMODELS = 4_096  # ten groups of tests that may be missing make 1,024
TERMS = 4_000  # of one sum: 64 inputs and every pair of them are 2,080
TERMS_IN_ALL = 250_000
PARAMETERS_IN_ALL = 4_000_000  # as many as 16 MB hold where no two sums share a term

_CENTRAL_ENTRY = b"PK\x01\x02"  # begins each entry of a zip archive's directory


class TooMuch(ValueError):
    """More than is read; the message says of what, in half a sentence."""


def require_at_most(most: int, count: int, what: str, remedy: str) -> None:
    """Refuse a bundle with more of something than is read.

    Parameters
    ----------
    what : of what there are too many, and where. remedy : what to do.

    Raises
    ------
    TooMuch
        As a sentence without its full stop.
    """
    if count > most:
        raise TooMuch(f"{count:,} {what}, and at most {most:,} are read; {remedy}")


def unpacked_file(packed: int) -> int:
    """Bytes a table may come to that is `packed` bytes long."""
    return max(UNPACKED_FILE_BYTES, UNPACKED_RATIO * packed)


def require_archive(data: bytes, most: int, members: int = ARCHIVE_MEMBERS) -> None:
    """Refuse a zip archive that comes to more than `most` bytes; nothing of it is unpacked.

    Raises
    ------
    TooMuch
    zipfile.BadZipFile
    """
    # Before the directory is read: an entry of 46 bytes becomes an object of half a kilobyte.
    if data.count(_CENTRAL_ENTRY) > members:
        raise TooMuch(f"an archive of more than {members:,} files")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        total = sum(member.file_size for member in archive.infolist())
    if total > most:
        raise TooMuch(f"an archive that comes to more than {most // MEGABYTE} MB")


def require_estimator(data: bytes) -> None:
    """Refuse an `estimator.skops` that would not fit into memory many times over.

    skops reads an array as often as its outline names it, and an archive may lie in an archive, so
    what is counted is every mention, and only arrays may lie beside the outline.

    Raises
    ------
    TooMuch, ValueError, KeyError, zipfile.BadZipFile
    """
    require_archive(data, ESTIMATOR_BYTES)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
        outline = "schema.json"
        if sizes[outline] > ESTIMATOR_OUTLINE_BYTES:
            raise TooMuch(f"an outline of more than {ESTIMATOR_OUTLINE_BYTES // MEGABYTE} MB")
        if strange := [name for name in sizes if name != outline and not name.endswith(".npy")]:
            raise ValueError(f"{len(strange)} files that are no arrays")
        waiting: list[object] = [json.loads(archive.read(outline))]
    total = 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            file = part.get("file")
            total += sizes.get(file, 0) if isinstance(file, str) else 0
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    if total > ESTIMATOR_BYTES:
        raise TooMuch(f"arrays that come to more than {ESTIMATOR_BYTES // MEGABYTE} MB")
