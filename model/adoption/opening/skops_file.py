"""skops files, of which nothing but our own list of types is built: the file has no say in it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from model.adoption.opening.allowed import ALLOWED
from model.adoption.opening.refusal import Refused, StrangeType

LARGEST_UNPACKED_BYTES = 1024**3
MOST_MEMBERS = 100_000


def load(path: Path) -> Any:
    """The object in a skops file.

    Raises
    ------
    Refused
        If it holds a type that is not allowed, or is not readable.
    """
    import skops.io

    _require_sensible(path)
    trusted = {f"{module}.{name}" for module, name in ALLOWED}
    try:
        held = set(skops.io.get_untrusted_types(file=path))
        if strange := sorted(held - trusted):
            raise StrangeType(
                f"It holds {strange[0]:.160}, which is not on the list of types that are opened; "
                "nothing of it was run."
            )
        return skops.io.load(path, trusted=sorted(held))
    except Refused:
        raise
    except Exception as error:  # a hostile file may fail anywhere inside the reader
        raise Refused(f"{path.name} cannot be read as skops ({type(error).__name__}).") from None


def _require_sensible(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused(f"{path.name} is not a skops file, which is a zip archive.") from None
    if len(members) > MOST_MEMBERS:
        raise Refused(f"{path.name} has more than {MOST_MEMBERS:,} members.")
    if sum(member.file_size for member in members) > LARGEST_UNPACKED_BYTES:
        raise Refused(f"{path.name} unpacks to more than 1 GB; that is no risk model.")
    if any(member.filename.lower().endswith((".zip", ".skops")) for member in members):
        raise Refused(f"{path.name} holds an archive inside the archive.")
