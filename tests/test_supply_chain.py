"""What is locked is known by its licence, and none of them binds who uses Bedside."""

from __future__ import annotations

import re

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
