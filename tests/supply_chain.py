"""The packages the lock names: their licences, and whether an advisory is known for one.

python -m tests.supply_chain licences    write docs/licences.md
python -m tests.supply_chain audit       ask an advisory service, or say aloud that none answers
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.txt"
LIST = ROOT / "docs" / "licences.md"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
FOR_ONE_SYSTEM = re.compile(r"^([A-Za-z0-9._-]+==[^ ;\\]+) *;[^\\\n]*", re.MULTILINE)
AUDITOR = "pip-audit==2.10.1"
NOT_HERE = "not installed on this system"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str


def locked(lock: str) -> dict[str, str]:
    """Name and version of every package in a lock."""
    return {name.lower(): version for name, version in PINNED.findall(lock)}


def packages(lock: str) -> Iterator[Package]:
    """Each with its licence, as its own metadata has it."""
    for name, version in sorted(locked(lock).items()):
        try:
            described = metadata(name)
        except PackageNotFoundError:
            yield Package(name, version, NOT_HERE)
            continue
        classifiers = [
            line.rpartition(" :: ")[2]
            for line in described.get_all("Classifier") or ()
            if line.startswith("License :: ")
        ]
        written = (described.get("License") or "").strip().splitlines()
        short = written[0] if written and len(written[0]) < 60 else ""
        licence = described.get("License-Expression") or short or ", ".join(classifiers)
        yield Package(name, version, licence or "not stated")


def table(lock: str) -> str:
    """docs/licences.md."""
    rows = [f"| {each.name} | {each.version} | {each.licence} |" for each in packages(lock)]
    head = [
        "# Licences",
        "",
        "The packages that run with Bedside, from `requirements.txt`, each with the licence its "
        "own metadata states. `make licences` writes this page.",
        "",
        "| package | version | licence |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def for_every_system(lock: str) -> str:
    """A lock without the marks that leave a package out on this system: pip-audit obeys them, and
    would not look up what runs on the others.
    """
    return FOR_ONE_SYSTEM.sub(r"\1 ", lock)


def audit(lock: str, ask: Callable[[str], subprocess.CompletedProcess[str]]) -> int:
    """Known vulnerabilities of the lock's packages; every one must have been looked up.

    ask : runs the auditor on a lock; `pip_audit` is the real one.
    """
    done = ask(for_every_system(lock))
    try:
        looked_up = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        sys.stdout.write("NOT AUDITED: no advisory service could be reached from here.\n")
        sys.stdout.write(done.stderr[-500:] + "\n")
        return 0
    known = {_normal(each["name"]) for each in looked_up if "skip_reason" not in each}
    missing = sorted(set(map(_normal, locked(lock))) - known)
    hit = [each for each in looked_up if each.get("vulns")]
    for each in hit:
        ids = ", ".join(vulnerability["id"] for vulnerability in each["vulns"])
        sys.stdout.write(f"{each['name']} {each['version']}: {ids}\n")
    sys.stdout.write(f"{len(known)} of {len(known) + len(missing)} packages were looked up.\n")
    for name in missing:
        sys.stdout.write(f"NOT LOOKED UP: {name}\n")
    return 1 if hit or missing else 0


def pip_audit(lock: str) -> subprocess.CompletedProcess[str]:
    """What the auditor says of a lock."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "requirements.txt"
        path.write_text(lock)
        return subprocess.run(
            [
                *(str(Path(sys.executable).with_name("uv")), "tool", "run"),
                *("--from", AUDITOR, "pip-audit"),
                *("--strict", "--require-hashes", "--disable-pip", "--format", "json"),
                *("--progress-spinner", "off", "--requirement", str(path)),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )


def _normal(name: str) -> str:
    """A name as registries compare them."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    if sys.argv[1:] == ["audit"]:
        sys.exit(audit(LOCK.read_text(), pip_audit))
    LIST.write_text(table(LOCK.read_text()))
