"""Where a training comes from: the commit of the code and the versions of the libraries."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

SCORING_REQUIREMENTS = ("mlflow", "numpy", "pandas", "pyarrow", "scikit-learn", "skops")
UNKNOWN_COMMIT = "unknown"


def git_commit() -> str:
    """The commit of this code, with ``-dirty`` if files were changed since; or ``unknown``."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN_COMMIT
    return described.stdout.strip() or UNKNOWN_COMMIT


def library_versions(more: Iterable[str] = ()) -> dict[str, str]:
    """What scoring needs, and more if the engine does, at the versions installed here."""
    return {name: version(name) for name in (*SCORING_REQUIREMENTS, *more)}


def requirements(libraries: Mapping[str, str]) -> list[str]:
    """The same as pinned requirements."""
    return [f"{name}=={number}" for name, number in libraries.items()]
