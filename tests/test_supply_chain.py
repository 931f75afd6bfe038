"""What is locked is known by its licence, and none of them binds who uses Bedside."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from tests import supply_chain

STRONG = re.compile(r"\b(?:AGPL|GPL-?[23]|GNU General Public)", re.IGNORECASE)


def test_every_locked_package_has_a_row_and_a_licence() -> None:
    lock = supply_chain.LOCK.read_text()
    found = list(supply_chain.packages(lock))
    pinned = [line for line in lock.splitlines() if re.match(r"[a-zA-Z]", line)]
    assert len(found) == len(pinned)
    here = [each for each in found if each.licence != supply_chain.NOT_HERE]
    assert len(here) > 0.9 * len(found)
    assert [each.name for each in here if each.licence == "not stated"] in ([], ["huey"])  # MIT


def test_no_package_is_under_a_licence_that_binds_who_uses_it() -> None:
    lock = supply_chain.LOCK.read_text()
    strong = [e for e in supply_chain.packages(lock) if STRONG.search(e.licence)]
    assert [e.name for e in strong if "LGPL" not in e.licence and "Lesser" not in e.licence] == []


def test_the_list_of_licences_is_of_the_lock_as_it_is() -> None:
    rows = re.findall(r"^\| (\S+) \| (\S+) \|", supply_chain.LIST.read_text(), re.MULTILINE)
    listed = {name: version for name, version in rows if name != "package"}
    assert listed == supply_chain.locked(supply_chain.LOCK.read_text())


LOCKED = """\
alpha==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:00
beta_b==2.0 \\
    --hash=sha256:11
"""
FOUND: dict[str, Any] = {"name": "alpha", "version": "1.0", "vulns": []}


def audited(*found: dict[str, Any], said: str | None = None) -> tuple[int, str]:
    """What an audit ends with that finds this, and the lock it was given."""
    given: list[str] = []

    def ask(lock: str) -> subprocess.CompletedProcess[str]:
        given.append(lock)
        printed = json.dumps({"dependencies": found}) if said is None else said
        return subprocess.CompletedProcess([], 0, printed, "nobody there")

    return supply_chain.audit(LOCKED, ask), given[0]


def test_what_runs_on_other_systems_is_looked_up_as_well() -> None:
    ended, lock = audited(FOUND, FOUND | {"name": "beta-b"})
    assert ended == 0
    assert lock == LOCKED.replace(" ; sys_platform == 'win32'", "")


@pytest.mark.parametrize(
    "found",
    [[], [FOUND | {"skip_reason": "unknown"}], [FOUND | {"vulns": [{"id": "CVE-1"}]}]],
    ids=["nothing", "skipped", "vulnerable"],
)
def test_an_audit_that_looked_up_less_or_found_something_does_not_pass(
    found: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    ended, _ = audited(*found, FOUND | {"name": "beta-b"})
    assert ended == 1
    assert re.search("NOT LOOKED UP: alpha|alpha 1.0: CVE-1", capsys.readouterr().out)


def test_an_audit_that_could_ask_nobody_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert audited(said="")[0] == 0
    assert "NOT AUDITED" in capsys.readouterr().out
