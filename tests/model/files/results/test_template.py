"""The file to begin with."""

from __future__ import annotations

import io

from model.files.check_file import examine
from model.files.results import template
from model.studies import find
from tests.model.files.samples import HEADER, SCHEMA


def test_the_template_is_a_file_of_patients_that_is_accepted_as_it_is() -> None:
    examples = find("heart-disease").examples
    content = template.csv(SCHEMA, [each.values for each in examples])
    report = examine(io.BytesIO(content), SCHEMA)
    assert report.refusal is None
    assert (report.rows, report.rejected_rows) == (len(examples), [])


def test_without_examples_it_is_the_header() -> None:
    assert template.csv(SCHEMA) == f"id,{HEADER}\n".encode()
