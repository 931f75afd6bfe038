"""A written study is read back as it was, also by readers of older YAML."""

from __future__ import annotations

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from model import studies
from model.studies import reading, writing
from model.studies.format.document import Document
from model.studies.format.document_of import document_of
from tests.model.studies.test_reading import SMALLEST

TRICKY = st.one_of(
    st.sampled_from(
        ["No", "1e3", "0x1F", "1_000", "2024-01-01", "12:30", "~", "- a", "#x", "a: b"]
    ),
    st.text(
        string.printable.replace("\x0b", "").replace("\x0c", "").replace("\r", ""), max_size=40
    ),
    st.text("aé ü–<>&*{}[],:#\"'", max_size=300),
)


@pytest.mark.parametrize("name", studies.names())
def test_a_study_of_ours_comes_back_as_it_was(name: str) -> None:
    study = studies.find(name)
    document = document_of(study, reading.FilePath("/somewhere"))
    text = writing.dump(document)
    assert reading.parse(text.encode(), name) == document
    assert yaml.safe_load(text)["title"] == study.title


@given(text=TRICKY, short=TRICKY)
def test_any_text_comes_back_as_it_was(text: str, short: str) -> None:
    smallest = reading.parse(SMALLEST.encode(), "x").model_dump(exclude_defaults=True)
    label = "".join(c for c in short if c.isprintable())[:100] or "x"
    smallest["conduct"] = {"ethics": text}
    smallest["inputs"]["pulse"].update(label=label, also_called=[label, "b, c"])
    document = Document.model_validate(smallest)
    written = writing.dump(document)
    assert reading.parse(written.encode(), "x") == document
    assert yaml.safe_load(written)["conduct"]["ethics"] == text


def test_a_gap_stands_below_its_question_and_a_guess_says_so() -> None:
    text = SMALLEST.replace("group: Bedside, pl", "guessed: [plausible], group: Bedside, pl")
    written = writing.dump(reading.parse(text.encode(), "x"))
    assert '  # Who approved the study, and how did patients consent?\n  ethics: ""\n' in written
    assert "    plausible: [30, 250]  # a guess: check it\n" in written
