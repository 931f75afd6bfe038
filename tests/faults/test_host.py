"""A disk that is full or may not be written to, and a clock that is set back: whole or not at all,
and a sentence.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model.registry import audit_log
from model.registry.audit_log import AuditLog, Entry
from model.registry.registry import Registry
from model.scoring import bundle
from model.scoring.bundle import Manifest
from model.studies.cohort import Cohort
from tests.servers import ROOT, environment
from tests.stores import STUDY, Store

SECONDS = 240
ROOM = "64k"
# In a space of its own a disk can be made and filled by anybody, and goes with the process.
APART = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
FULL = f"""
mount -t tmpfs -o size={ROOM} none disk && cp -r kept/. disk && "$@"
echo "ended $? left $(ls -A disk | tr '\\n' ' ')" && cp -r disk after
"""
READ_ONLY = """
mount -t tmpfs none disk && cp -r kept/. disk && mount -o remount,ro disk && "$@"
echo "ended $? left $(ls -A disk | tr '\\n' ' ')" && cp -r disk after
"""
DISKS = {"a full disk": FULL, "a disk that may not be written to": READ_ONLY}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with `disk`, and `kept`, which is what lies on it before."""
    if shutil.which("unshare") is None or subprocess.run([*APART, "true"], check=False).returncode:
        pytest.skip("nobody may make a disk of their own on this machine")
    for name in ("disk", "kept"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def patients(
    place: Path,
    cohort: Cohort,
    manifest: Manifest,
    bundle_files: Callable[[str], dict[str, bytes]],
) -> Path:
    """A table of patients that needs more room than there is; a version lies beside it."""
    rows = cohort.rows.sample(5_000, replace=True, random_state=0)
    rows.to_csv(place / "patients.csv", index=False)
    bundle.write(place / "version", manifest, bundle_files("baseline"))
    return place / "patients.csv"


def apart(place: Path, disk: str, *arguments: str) -> tuple[str, str, str]:
    """What a Python program on such a disk said, how it ended, and what is left on the disk."""
    done = subprocess.run(
        [*APART, disk, "sh", sys.executable, *arguments],
        cwd=place,
        env=environment("sqlite:///mlflow.db", PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    *_, last = done.stdout.splitlines()
    ended, _, left = last.removeprefix("ended ").partition(" left ")
    return done.stderr, ended, left.strip()


def require_a_sentence(told: str) -> None:
    assert "Traceback" not in told
    assert told.strip().splitlines()[-1].endswith(".")


@pytest.mark.parametrize("kind", DISKS)
@pytest.mark.parametrize(
    ("command", "output"),
    [
        pytest.param("score", "--output", id="a scoring"),
        pytest.param("check", "--clean", id="an export"),
    ],
)
def test_a_result_is_written_whole_or_not_at_all(
    place: Path, patients: Path, command: str, output: str, kind: str
) -> None:
    asked = (command, str(patients), "--model", str(place / "version"), output, "disk/out.csv")
    told, ended, left = apart(place, DISKS[kind], "-m", "model", *asked)
    assert (ended, left) == ("1", "")
    require_a_sentence(told)


ADD_TO_THE_LOG = """
import sys
from pathlib import Path
from model.errors import OutputError
from model.registry.audit_log import AuditLog, Entry
log = AuditLog(Path("disk/audit.jsonl"))
try:
    for _ in range(2000):
        log.add(Entry("local", "scored", note="n" * 200))
except OutputError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("kind", DISKS)
def test_a_line_of_the_audit_log_is_written_whole_or_not_at_all(place: Path, kind: str) -> None:
    AuditLog(place / "kept" / "audit.jsonl").add(Entry("local", "scored"))
    told, ended, _ = apart(place, DISKS[kind], "-c", ADD_TO_THE_LOG)
    assert ended == "1"
    require_a_sentence(told)
    assert "as they were written" in audit_log.verify(place / "after" / "audit.jsonl")
    AuditLog(place / "after" / "audit.jsonl").add(Entry("local", "scored"))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_training_waits_for_room_and_then_ends_with_a_version(store: Store, place: Path) -> None:
    """The disk of the store is full when everything is computed, and has room again later."""
    store.empty(place / "store")
    shutil.copy(place / "store" / "mlflow.db", place / "kept")
    script = (
        "mount -t tmpfs -o size=$(( $(stat -c %s kept/mlflow.db) / 1024 + 40 ))k none disk"
        " && cp kept/mlflow.db disk && cd disk && { "
        f"{sys.executable} -m model train --estimator baseline --repeats 1 2>../told & "
        "for _ in $(seq 600); do grep -q 'nothing is lost' ../told && break; sleep 1; done;"
        " mount -o remount,size=64m . && wait $!; echo ended $?; cp -r . ../after; }"
    )
    done = subprocess.run(
        [*APART, script],
        cwd=place,
        env=environment("sqlite:///mlflow.db", PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
        timeout=800,
    )
    told = (place / "told").read_text()
    assert "ended 0" in done.stdout, told[-1000:]
    assert "disk is full" in told
    (version,) = Registry(f"sqlite:///{place / 'after' / 'mlflow.db'}").versions(STUDY)
    printed = json.loads(done.stdout.splitlines()[-2])
    assert version.number == printed["version"]


def test_a_clock_that_is_set_back_breaks_no_audit_log(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    now = datetime.now(UTC)
    for hours in (0, -48, 1):
        AuditLog(log, now=lambda hours=hours: now + timedelta(hours=hours)).add(
            Entry("local", "scored")
        )
    assert audit_log.verify(log) == f"{log}: 3 lines, as they were written."
    whens = [json.loads(line)["when"] for line in log.read_text().splitlines()]
    assert whens[1] < whens[0] < whens[2]


def test_how_long_is_waited_does_not_depend_on_the_clock_of_the_wall() -> None:
    """What waits counts from a clock that nobody sets."""
    for path in (*(ROOT / "model").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")):
        assert not re.search(r"(?<!\w)time\.time\(", path.read_text()), path
    assert not time.get_clock_info("monotonic").adjustable
