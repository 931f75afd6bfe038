"""A file that appears whole, under its name, or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from model.errors import OutputError

READABLE = 0o666


@contextmanager
def appearing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which gets its name when the block is left without an error.

    Where the system can (Linux), it has no name until then, so that nothing is left of it even
    if the process is killed.

    Raises
    ------
    OutputError
        If the file cannot be written or named.
    """
    folder = path.parent
    beside = folder / f".{path.name}.{secrets.token_hex(4)}"
    try:
        file, nameless = _open(folder, beside)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with file:
            yield file
            file.flush()
            if nameless:
                _name(file, beside)
        beside.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _open(folder: Path, beside: Path) -> tuple[BinaryIO, bool]:
    """A new file in the folder, and whether it is still without a name."""
    if hasattr(os, "O_TMPFILE"):
        with suppress(OSError):  # not every file system has them
            descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR, READABLE)
            return os.fdopen(descriptor, "w+b"), True
    return beside.open("xb"), False


def _name(file: BinaryIO, path: Path) -> None:
    # Only with a folder given does Python follow the link in /proc to the file itself.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{file.fileno()}", path, src_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _unwritable(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or type(error).__name__
    return OutputError(f"{path} cannot be written: {reason}. Nothing was written.")
