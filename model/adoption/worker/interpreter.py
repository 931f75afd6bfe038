"""Which Python opens a model: this one, or one with the libraries that the model asks for.

A pickle is only promised to load where it was written. Where the operator names a folder for them,
a model whose library differs in its minor version gets an environment by uv: wheels alone, so that
nothing is built, and nothing of what is installed runs before it is shut in. It is kept by what is
in it, for the next model that asks for the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from model.errors import OriginalFailed

PLACE = "BEDSIDE_ENVIRONMENTS"
"""The setting that names the folder."""
REQUIREMENTS = "requirements.txt"
LIBRARIES = ("scikit-learn", "xgboost", "lightgbm", "catboost", "statsmodels", "interpret-core")
"""Those that write models; of others any version will do."""
ASKS = ("numpy", "pandas", "pyarrow", "pydantic", "pyyaml")
"""What the process needs to be asked, in whatever version fits."""
OF_NUMPY_1 = "pyarrow<19"
"""Later ones want NumPy 2, and do not say so to who installs them."""
KNOWN = (*LIBRARIES, *ASKS, "scipy", "joblib", "threadpoolctl", "cloudpickle", "skops", "patsy")
"""All that is installed for a model that runs no code of its own, whatever else it asks for: an
installed package may run as Python starts.
"""
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([0-9][0-9A-Za-z.!+_-]*)\s*")
LARGEST_BYTES = 256 * 1024
MOST_SECONDS = 1200.0
READY = "ready"
INSTALL = ("pip", "install", "--quiet", "--only-binary", ":all:")

Run = Callable[[Sequence[str]], int]


def chosen(folder: Path, form: str, settings: Mapping[str, str]) -> Path:
    """The interpreter for the model in a folder, made first where there is none yet.

    form : of the model; ``folder`` for one that runs its own code. settings : `PLACE` among them,
    or nothing is made.

    Raises
    ------
    OriginalFailed
        If its environment cannot be made.
    """
    place, pins = settings.get(PLACE, ""), pinned(folder)
    if not place or not differing(pins, _installed):
        return Path(sys.executable)
    return made(requirements(pins, form), Path(place), _run)


def pinned(folder: Path) -> dict[str, str]:
    """The versions that a model's requirements pin. Only ``name==version`` is read: no address, no
    option and no other file.
    """
    path = folder / REQUIREMENTS
    if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = (PIN.fullmatch(line.strip()) for line in lines)
    return {_plain(pin[1]): pin[2] for pin in found if pin is not None}


def differing(pins: Mapping[str, str], installed: Callable[[str], str]) -> tuple[str, ...]:
    """The libraries of which another minor version wrote the model than is installed here."""
    return tuple(
        name
        for name in LIBRARIES
        if name in pins and pins[name].split(".")[:2] != installed(name).split(".")[:2]
    )


def requirements(pins: Mapping[str, str], form: str) -> tuple[str, ...]:
    """What is installed, as uv takes it."""
    kept = {name: of for name, of in pins.items() if form == "folder" or name in KNOWN}
    asks = {name: name for name in ASKS}
    if kept.get("numpy", "").startswith("1."):
        asks["pyarrow"] = OF_NUMPY_1
    pinned = (f"{name}=={of}" for name, of in sorted(kept.items()))
    return (*pinned, *(asks[name] for name in sorted({*ASKS} - {*kept})))


def made(wanted: Sequence[str], place: Path, run: Run) -> Path:
    """The interpreter of an environment with these requirements; who comes second waits.

    Raises
    ------
    OriginalFailed
        If uv is not there, or cannot install them.
    """
    mark = "\n".join([sys.version, *wanted]).encode()
    folder = place / hashlib.sha256(mark).hexdigest()[:16]
    python = folder / "bin" / "python"
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))
    try:
        place.mkdir(parents=True, exist_ok=True)
        with (place / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (folder / READY).is_file():
                return python
            shutil.rmtree(folder, ignore_errors=True)
            steps = (
                ("venv", "--quiet", "--python", sys.executable, str(folder)),
                (*INSTALL, "--python", str(python), *wanted),
            )
            if uv is None or any(run((uv, *step)) for step in steps):
                shutil.rmtree(folder, ignore_errors=True)
                raise OriginalFailed(_failed(wanted, found=uv is not None))
            (folder / READY).touch()
    except OSError as error:
        raise OriginalFailed(f"{PLACE} cannot be written ({type(error).__name__}).") from None
    return python


def _failed(wanted: Sequence[str], *, found: bool) -> str:
    if not found:
        return f"{PLACE} is set, and uv is not installed: pip install uv."
    libraries = [each for each in wanted if each.partition("==")[0] in LIBRARIES]
    return (
        f"No environment with {' and '.join(libraries):.120} could be made: uv found no wheels "
        f"that fit together, or no package index. Without {PLACE} what is installed here opens it."
    )


def _run(command: Sequence[str]) -> int:
    try:
        return subprocess.run(
            command, capture_output=True, check=False, timeout=MOST_SECONDS
        ).returncode
    except subprocess.TimeoutExpired:
        return 1


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
