"""The studies as files say what they said as Python: until the Python goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import studies
from model.studies import reading

DECLARED = Path(studies.__path__[0], "declared")


@pytest.mark.parametrize("name", ["heart-disease", "breast-cancer"])
def test_a_file_declares_the_same_to_the_last_number(name: str) -> None:
    python, file = studies.find(name), reading.read(DECLARED / f"{name}.yaml")
    assert file == python
    assert repr(file) == repr(python)
    assert file.schema.to_json() == python.schema.to_json()
