"""Words of an adopted model are read as they are written, whatever they look like."""

from __future__ import annotations

import pandas as pd
import pytest

from model.intake import check
from model.schema import Code, Feature, Outcome, Schema


def schema(*words: str) -> Schema:
    codes = tuple(Code(float(at), word, written=word) for at, word in enumerate(words))
    feature = Feature("kind", "Kind", "Inputs", "", codes=codes)
    return Schema("words", "Words", Outcome("outcome", "have it", "now"), (feature,))


@pytest.mark.parametrize(
    ("words", "cell", "code"),
    [
        (("unknown", "known"), "unknown", 0.0),
        (("none", "some"), "None", 0.0),
        (("m", "M"), "M", 1.0),
        (("m", "M"), "m", 0.0),
        (("Yes", "No"), "yes", 0.0),
        (("ASY", "ATA"), " ASY ", 0.0),
    ],
)
def test_a_word_is_its_code(words: tuple[str, ...], cell: str, code: float) -> None:
    table = check(pd.DataFrame({"kind": [cell]}), schema(*words))

    assert table.rows["kind"].tolist() == [code]


def test_a_mark_for_missing_that_is_no_word_stays_one() -> None:
    table = check(pd.DataFrame({"kind": ["unknown", ""]}), schema("a", "b"))

    assert table.rows["kind"].isna().all()
