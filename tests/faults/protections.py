"""Each protection, the change that takes it away, and the test that fails without it.

`python -m tests.faults` makes the changes, one after the other and each in a copy of its own, and
sees the tests fail.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Protection:
    """One of them.

    what : a sentence. file, kept, gone : where, and what stands there with it and without.
    test : what must fail then, as pytest names it.
    """

    what: str
    file: str
    kept: str
    gone: str
    test: str


TRACKING = "tests/faults/test_tracking.py::"
FILES = "tests/faults/test_hostile_files.py::"
REST = "tests/model/endpoints/test_rest_scorer.py::"
AUDIT = "tests/model/registry/test_audit_log.py::"
FAULT = "test_nothing_but_an_answer_is_taken_and_no_value_is_told"

PROTECTIONS: tuple[Protection, ...] = ()
