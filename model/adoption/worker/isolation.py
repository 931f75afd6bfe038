"""How a worker is kept apart: the best that this machine has, and in words what that is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/sbin", "/etc/ld.so.cache", "/etc/localtime")
TRIAL_SECONDS = 10.0
PROJECT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Isolation:
    """A way to start a process apart. `words` completes "It runs …"."""

    name: str
    words: str
    is_isolated: bool

    def command(self, python: Path, program: Sequence[str], readable: Iterable[Path]) -> list[str]:
        """The command that runs `program` by the interpreter `python`.

        readable : files and folders it may read beside the system's and the interpreter's.
        """
        start = [str(python), "-I", *program]
        if self.name == "bwrap":
            seen = [*map(Path, SYSTEM), *_interpreter(python), PROJECT / "model", *readable]
            return [*BWRAP, *_bound(seen), "--", *start]
        if self.name == "unshare":
            return [*UNSHARE, "sh", "-c", READ_ONLY, "sh", *start]
        return start


BWRAP = (
    *("bwrap", "--unshare-all", "--die-with-parent", "--new-session"),
    *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/home/nobody"),
)
UNSHARE = (
    *("unshare", "--user", "--map-root-user", "--mount", "--net", "--ipc", "--pid", "--fork"),
    "--kill-child",
)
READ_ONLY = 'mount -o remount,bind,ro / && exec "$@"'

WAYS = (
    Isolation(
        "bwrap",
        "apart by bubblewrap: no network, an empty home, and of the files only its own and the "
        "libraries, to be read",
        True,
    ),
    Isolation(
        "unshare",
        "in name spaces of its own: no network, no other processes, files read only",
        True,
    ),
    Isolation("none", "in a process of its own that is not isolated from this machine", False),
)


@cache
def best() -> Isolation:
    """The best way that works here: each is tried once."""
    return next(way for way in WAYS if works(way))


def works(way: Isolation) -> bool:
    """Whether a program can be started that way here."""
    if way.name == "none":
        return True
    if shutil.which(way.name) is None:
        return False
    command = way.command(Path(sys.executable), ("-c", "print('apart')"), ())
    try:
        done = subprocess.run(command, capture_output=True, timeout=TRIAL_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.stdout.strip() == b"apart"


def _interpreter(python: Path) -> list[Path]:
    """Where the interpreter and its libraries lie, links followed."""
    environment = python.parent.parent
    found = [environment, environment.resolve(), python.resolve().parent.parent]
    base = Path(sys.base_prefix)
    return [*found, base, base.resolve()]


def _bound(paths: Iterable[Path]) -> list[str]:
    each = dict.fromkeys(map(str, paths))
    return [word for path in each for word in ("--ro-bind-try", path, path)]
