"""The JSON Schema of a study's file: kept in step, and both studies hold to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from model import studies
from model.studies import json_schema

DECLARED = Path(studies.__path__[0], "declared")


def test_the_file_beside_the_studies_is_the_one_drawn_from_the_format() -> None:
    """`python -m model study schema` prints it."""
    assert (DECLARED / "study.schema.json").read_text() == json_schema.text()


@pytest.mark.parametrize("name", studies.names())
def test_an_editor_finds_nothing_to_underline_in_a_study_of_ours(name: str) -> None:
    document = json.loads(json.dumps(yaml.safe_load((DECLARED / f"{name}.yaml").read_text())))
    validator = Draft202012Validator(json.loads(json_schema.text()))
    assert list(validator.iter_errors(document)) == []
    (fault,) = validator.iter_errors({**document, "titel": "A misspelt key"})
    assert "titel" in fault.message
