"""The list of protections is about the code as it is; `make faults` takes each of them away."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.faults.protections import PROTECTIONS, Protection

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda each: each.what)
def test_a_protection_stands_where_it_is_said_to_and_has_a_test(protection: Protection) -> None:
    assert (ROOT / protection.file).read_text().count(protection.kept) == 1
    path, *names = protection.test.split("::")
    function = names[-1].partition("[")[0]
    tree = ast.parse((ROOT / path).read_text())
    assert function in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
