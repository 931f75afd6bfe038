"""Trees in the libraries' own text formats: read without the libraries, equal to their answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.adoption.original import Input, Kind
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.encoded_trees import Encode, TreeMember
from model.adoption.transcription.in_inputs import Mover
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.libraries import catboost, lightgbm, ubjson, xgboost
from model.adoption.transcription.trees import as_given
from model.numerics.trees import Trees
from model.scoring.outputs import applied

MODELS = Path(__file__).parent / "models"
SEXES, PAINS = ("F", "M"), ("ASY", "ATA", "NAP", "TA")
NUMBERS = (
    Input("age", Kind.NUMBER, low=30, high=80, missing=True),
    Input("oldpeak", Kind.NUMBER, low=-3, high=5, missing=True),
)
INPUTS = (
    *NUMBERS,
    Input("sex", Kind.WORD, SEXES, dtype="category"),
    Input("cp", Kind.WORD, PAINS, dtype="category"),
)


def of_xgboost(data: bytes, encode: Encode) -> TreeMember:
    return xgboost.of_document(xgboost.parsed(data), encode)


def of_lightgbm(data: bytes, encode: Encode) -> TreeMember:
    return lightgbm.of_text(data.decode(), encode)


def of_catboost(data: bytes, encode: Encode) -> TreeMember:
    return catboost.of_document(json.loads(data), encode)


def risks(member: TreeMember, inputs: tuple[Input, ...], rows: pd.DataFrame) -> np.ndarray:
    columns = Columns(inputs)
    mover = Mover(KnownRows(columns))
    nodes = np.array(mover.nodes(member, member.scale))
    trees = Trees(nodes, len(columns), columns.coded, mover.sets)
    return applied(member.outputs, member.intercept + trees.total(columns.values(rows)))


@pytest.mark.parametrize(
    ("file", "read", "inputs", "tolerance"),
    [
        ("xgboost.json", of_xgboost, INPUTS, 1e-6),
        ("xgboost.ubj", of_xgboost, INPUTS, 1e-6),
        ("xgboost-dart.json", of_xgboost, NUMBERS, 1e-6),
        ("lightgbm.txt", of_lightgbm, INPUTS, 1e-12),
        ("lightgbm-zero.txt", of_lightgbm, INPUTS, 1e-12),
        ("lightgbm-no-missing.txt", of_lightgbm, INPUTS, 1e-12),
        ("lightgbm-rf.txt", of_lightgbm, INPUTS, 1e-12),
        ("catboost.json", of_catboost, NUMBERS, 1e-12),
        ("catboost-max.json", of_catboost, NUMBERS, 1e-12),
    ],
)
def test_a_stored_model_gives_the_answers_its_library_gave(
    file: str,
    read: Callable[[bytes, Encode], TreeMember],
    inputs: tuple[Input, ...],
    tolerance: float,
) -> None:
    stored = json.loads((MODELS / "answers.json").read_text())
    rows = pd.DataFrame(stored["rows"])
    member = read((MODELS / file).read_bytes(), as_given)
    found = risks(member, inputs, rows)
    np.testing.assert_allclose(found, stored["answers"][Path(file).stem], rtol=0, atol=tolerance)


def changed_xgboost(change: Callable[[dict], None]) -> bytes:
    document = json.loads((MODELS / "xgboost-dart.json").read_bytes())
    change(document["learner"])
    return json.dumps(document).encode()


def set_in(*path: str | int, to: object) -> Callable[[dict], None]:
    def change(document: dict) -> None:
        place = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


FIRST_TREE = ("gradient_booster", "gbtree", "model", "trees", 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (set_in("objective", "name", to="survival:cox"), "objective is not one of two classes"),
        (set_in("learner_model_param", "num_class", to="3"), "other than two classes"),
        (set_in("learner_model_param", "base_score", to="-0.7"), "base score is no probability"),
        (set_in("gradient_booster", "name", to="gblinear"), "no trees"),
        (set_in("gradient_booster", "gbtree", "model", "trees", to=[]), "no trees"),
        (set_in(*FIRST_TREE, "left_children", to=[0, -1, -1]), "incomplete|circle|leaves"),
        (set_in(*FIRST_TREE, "left_children", 0, to=0), "circle"),
        (set_in(*FIRST_TREE, "split_conditions", 0, to=float("nan")), "threshold .* no number"),
    ],
)
def test_an_odd_xgboost_model_is_left(change: Callable[[dict], None], reason: str) -> None:
    with pytest.raises(LeftAsItIs, match=reason):
        risks(
            of_xgboost(changed_xgboost(change), as_given),
            NUMBERS,
            pd.DataFrame({"age": [50.0], "oldpeak": [1.0]}),
        )


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("objective=binary sigmoid:1", "objective=poisson", "objective is not one"),
        ("num_class=1", "num_class=3", "other than two classes"),
        ("is_linear=0", "is_linear=1", "linear models"),
        ("leaf_value=", "leaf_value=oops ", "incomplete"),
        ("tree\nversion", "shrub\nversion", "no LightGBM model"),
    ],
)
def test_an_odd_lightgbm_model_is_left(before: str, after: str, reason: str) -> None:
    text = (MODELS / "lightgbm.txt").read_text()
    assert before in text
    with pytest.raises(LeftAsItIs, match=reason):
        lightgbm.of_text(text.replace(before, after), as_given)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (set_in("oblivious_trees", 0, "splits", 0, "split_type", to="OnlineCtr"), "statistics"),
        (set_in("oblivious_trees", 0, "leaf_values", to=[0.1] * 24), "other leaves"),
        (set_in("scale_and_bias", to=[1]), "incomplete"),
    ],
)
def test_an_odd_catboost_model_is_left(change: Callable[[dict], None], reason: str) -> None:
    document = json.loads((MODELS / "catboost.json").read_bytes())
    change(document)
    with pytest.raises(LeftAsItIs, match=reason):
        catboost.of_document(document, as_given)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{i\x05ab",
        b"[$i#l\x7f\xff\xff\xff\x01",
        b"[" * 5000,
        b"{i\xff",
        b"[$Z#L" + b"\x7f" * 8,
        b"?",
        b"S#",
    ],
)
def test_what_is_no_binary_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no Universal Binary JSON"):
        ubjson.loads(data)
