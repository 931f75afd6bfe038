"""Pickles and joblib files, of which nothing but the allowed names ever comes to life."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import math
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import numpy as np

from model.adoption.opening import older
from model.adoption.opening.allowed import ALLOWED, MOVED
from model.adoption.opening.distributions import DISTRIBUTIONS
from model.adoption.opening.refusal import Refused, StrangeType

LARGEST_UNPACKED_BYTES = 1024**3
LARGEST_ARRAY_BYTES = 1024**3
BLOCK_BYTES = 1024**2
OPENERS: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
    b"]\x00": lzma.LZMAFile,
}


def load(path: Path) -> Any:
    """The object in a pickle or joblib file.

    Raises
    ------
    Refused
        If it names anything that is not allowed, is none, or is too large.
    """
    data = _unpacked(path)
    try:
        return _Restricted(io.BytesIO(data)).load()
    except Refused:
        raise
    except MemoryError:
        raise Refused(f"{path.name} asks for more memory than a model may have.") from None
    except RecursionError:
        raise Refused(f"{path.name} is nested too deep to be a model.") from None
    except Exception as error:  # a hostile file may fail anywhere inside a type's own code
        raise Refused(f"{path.name} cannot be read as a pickle ({type(error).__name__}).") from None


def _unpacked(path: Path) -> bytes:
    """The bytes of the pickle; a compressed file is unpacked up to a limit, and once only."""
    with path.open("rb") as file:
        head = file.read(6)
        file.seek(0)
        opener = next((OPENERS[mark] for mark in OPENERS if head.startswith(mark)), None)
        try:
            if opener is not None:
                return _limited(opener(file), path.name)
            if head[:1] == b"x" and head[1:2] in b"\x01\x5e\x9c\xda":
                return _limited(_Inflated(file), path.name)
            return _limited(file, path.name)
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            raise Refused(f"{path.name} is compressed, and damaged.") from None


def _limited(file: Any, name: str) -> bytes:
    parts, size = [], 0
    while part := file.read(BLOCK_BYTES):
        size += len(part)
        if size > LARGEST_UNPACKED_BYTES:
            raise Refused(f"{name} unpacks to more than 1 GB; that is no risk model.")
        parts.append(part)
    return b"".join(parts)


class _Inflated:
    """A zlib stream, a block at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._engine = file, zlib.decompressobj()

    def read(self, size: int) -> bytes:
        waiting = self._engine.unconsumed_tail or self._file.read(size)
        return self._engine.decompress(waiting, size) if waiting else b""


_BUILD: Callable[[Any], None] = pickle._Unpickler.dispatch[pickle.BUILD[0]]


class _Restricted(pickle._Unpickler):
    """Brings to life what is allowed by exact name, and reads the arrays of joblib itself.

    joblib puts the bytes of an array behind the instruction that builds its wrapper, and an array
    of objects, such as the names of a model's inputs, as a pickle of its own, which joblib would
    read without any limits; here the same names are allowed in it.
    """

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = dict(pickle._Unpickler.dispatch)
    stack: list[Any]

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._file = file

    def find_class(self, module: str, name: str) -> Any:
        module = MOVED.get(module, module)
        if (module, name) in STAND_INS:
            return STAND_INS[module, name]
        if (module, name) not in ALLOWED:
            raise StrangeType(
                f"It holds {module:.80}.{name:.80}, which is not on the list of types that are "
                "opened; nothing of it was run."
            )
        if (module, name) == ("pyarrow.lib", "_restore_array"):
            return _restored_array
        try:
            return super().find_class(module, name)
        except (ImportError, AttributeError):
            raise Refused(
                f"It needs {module}.{name}, which is not installed here in a version that has it."
            ) from None

    def persistent_load(self, pid: Any) -> Any:
        raise Refused("It refers to something outside its own file; that is not opened.")

    def get_extension(self, code: int) -> None:
        raise Refused("It refers to a registry outside its own file; that is not opened.")

    def _build(self) -> None:
        state = self.stack[-1]
        wrote = state.get(older.WRITTEN_BY) if isinstance(state, dict) else None
        _BUILD(self)
        if isinstance(built := self.stack[-1], _Wrapped):
            self.stack[-1] = built.read(self._file)
        elif isinstance(wrote, str) and hasattr(built, "__dict__"):
            vars(built)[older.WRITTEN_BY] = wrote  # which scikit-learn itself forgets

    dispatch[pickle.BUILD[0]] = _build


class _Wrapped:
    """Stands for the wrapper that joblib puts in front of an array's bytes."""

    shape: tuple[int, ...]
    order: str
    dtype: np.dtype[Any]

    def read(self, file: io.BytesIO) -> Any:
        if self.dtype.hasobject:
            objects = _Restricted(file).load()
            if not isinstance(objects, np.ndarray) or objects.shape != self.shape:
                raise Refused("It holds an array of objects that is none.")
            return objects
        if getattr(self, "numpy_array_alignment_bytes", None) is not None:
            file.seek(file.read(1)[0], io.SEEK_CUR)
        size = math.prod(self.shape) * self.dtype.itemsize
        if not 0 <= size <= LARGEST_ARRAY_BYTES:
            raise Refused("It holds an array of more than 1 GB; that is no risk model.")
        flat = np.frombuffer(file.read(size), dtype=self.dtype)
        return flat.reshape(self.shape, order="F" if self.order == "F" else "C").copy(order="K")


STAND_INS: dict[tuple[str, str], Callable[..., Any]] = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): _Wrapped,
    **DISTRIBUTIONS,
    **older.STAND_INS,
}
"""What of ours takes the place of theirs, whose own would run or read what a file says, or is gone.
"""


def _restored_array(*state: Any) -> Any:
    """An Arrow array, looked through before anybody reads beyond its buffers."""
    from pyarrow import lib

    array = lib._restore_array(*state)
    array.validate(full=True)
    return array
