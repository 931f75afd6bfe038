"""A PostgreSQL of our own, in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.servers import free_port

INSTALLED = Path("/usr/lib/postgresql")
USER = "postgres"
SECONDS_TO_START = 120.0


def programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs; None without one, or a driver for it."""
    found = sorted(INSTALLED.glob("*/bin/initdb"))
    return found[-1].parent if found and find_spec("psycopg") else None


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database; server and files go with the block.

    The server refuses to be run by root, and is then run by the user that its package made.
    """
    place, port, user = programs(), free_port(), USER if os.getuid() == 0 else None
    assert place is not None, "PostgreSQL and psycopg have to be installed"
    # Not below the folder of the tests, which that user may not enter.
    with tempfile.TemporaryDirectory(prefix="bedside-postgres-") as folder:
        if user is not None:
            shutil.chown(folder, user)
        data, log = f"{folder}/data", Path(folder) / "log"
        made = [str(place / "initdb"), "-D", data, "-U", USER, "-A", "trust", "--no-sync"]
        subprocess.run(made, user=user, check=True, capture_output=True, cwd=folder)
        run = [str(place / "postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1"]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*run, "-k", folder, "-F"], user=user, stdout=output, stderr=output, cwd=folder
            )
        try:
            _wait([str(place / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], server, log)
            yield f"postgresql://{USER}@127.0.0.1:{port}/{USER}"
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait(asks: list[str], server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while subprocess.run(asks, capture_output=True, check=False).returncode:
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.2)
