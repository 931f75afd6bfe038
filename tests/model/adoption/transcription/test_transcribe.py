"""Originals turned into data: proven and equal, or left with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OrdinalEncoder,
    SplineTransformer,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier

from model.adoption.original import Input, Kind
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.transcribe import Transcribed, transcribe
from model.scoring import Additive, risk_of
from model.scoring.certificate import PROOF_ROWS, Certificate
from model.scoring.tree_ensemble import TreeEnsemble
from tests.model.adoption.transcription.originals import INPUTS, NUMBERS, Opened, encoding, patients

ROWS, OUTCOME = patients()


def logistic() -> LogisticRegression:
    return LogisticRegression(max_iter=2000)


def small_boosting() -> GradientBoostingClassifier:
    return GradientBoostingClassifier(n_estimators=8, max_depth=3, random_state=0)


def codes() -> OrdinalEncoder:
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)


def as_risk(done: Transcribed, rows: pd.DataFrame) -> np.ndarray:
    values = Columns(INPUTS).values(rows)
    if isinstance(done.engine, Additive):
        return risk_of(done.engine.log_odds(values))
    return done.engine.risk(values)


PIPELINES: dict[str, Callable[[], Any]] = {
    "logistic": lambda: make_pipeline(encoding(), logistic()),
    "splines": lambda: make_pipeline(encoding(SplineTransformer(n_knots=4)), logistic()),
    "bins": lambda: make_pipeline(encoding(KBinsDiscretizer(4, encode="onehot-dense")), logistic()),
    "tree": lambda: make_pipeline(encoding(), DecisionTreeClassifier(random_state=0)),
    "forest": lambda: make_pipeline(encoding(), ExtraTreesClassifier(10, random_state=0)),
    "boosting": lambda: make_pipeline(encoding(encoder=codes()), small_boosting()),
    "histogram": lambda: make_pipeline(
        encoding(encoder=codes()), HistGradientBoostingClassifier(max_iter=5)
    ),
    "calibrated": lambda: CalibratedClassifierCV(
        make_pipeline(encoding(), small_boosting()), cv=2, method="isotonic"
    ),
    "calibrated once": lambda: make_pipeline(
        encoding(), CalibratedClassifierCV(small_boosting(), cv=2, ensemble=False)
    ),
    "voting": lambda: make_pipeline(
        encoding(),
        VotingClassifier(
            [("a", DecisionTreeClassifier(max_depth=3)), ("b", small_boosting())],
            voting="soft",
            weights=[1, 2],
        ),
    ),
}


@pytest.fixture(scope="module")
def done() -> Callable[[str], tuple[Opened, Transcribed]]:
    made: dict[str, tuple[Opened, Transcribed]] = {}

    def once(name: str) -> tuple[Opened, Transcribed]:
        if name not in made:
            original = Opened(PIPELINES[name]().fit(ROWS, OUTCOME), example=ROWS.head(5))
            made[name] = original, transcribe(original)
        return made[name]

    return once


@pytest.mark.parametrize("name", PIPELINES)
def test_a_model_becomes_data_equal_to_it(name: str, done: Callable) -> None:
    """Also on patients that took no part in the proof."""
    original, transcribed = done(name)
    certificate = transcribed.certificate
    assert certificate.rows_compared > PROOF_ROWS
    assert certificate.example_rows == 5
    assert certificate.largest_difference <= 1e-9
    fresh, _ = patients(500, seed=9, blank=0.2)
    difference = np.abs(as_risk(transcribed, fresh) - original.ask(fresh)).max()
    assert difference <= 1e-9


@pytest.mark.parametrize("name", ["logistic", "splines", "forest", "boosting", "voting"])
def test_contributions_add_up_and_documents_are_read_back(name: str, done: Callable) -> None:
    _, transcribed = done(name)
    engine = transcribed.engine
    values = Columns(INPUTS).values(ROWS.head(4))
    again = type(engine).from_json(engine.to_json())
    if isinstance(engine, Additive):
        why = again.explained(values)
        base, shares, score = why.base, why.contributions, engine.log_odds(values)
    else:
        base, shares = again.shapley(values)
        score = engine.score(values)
    np.testing.assert_allclose(base + shares.sum(axis=1), score, rtol=0, atol=1e-9)
    certificate = transcribed.certificate
    assert Certificate.from_json(certificate.to_json()) == certificate


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("boosting", "log-odds"),
        ("calibrated once", "log-odds"),
        ("forest", "probability"),
        ("calibrated", None),
    ],
)
def test_the_scale_is_the_one_on_which_the_trees_add_up(
    name: str, scale: str | None, done: Callable
) -> None:
    engine = done(name)[1].engine
    assert isinstance(engine, TreeEnsemble)
    assert engine.scale == scale


def test_the_risk_of_the_first_class_is_the_same_trees_the_other_way_round(done: Callable) -> None:
    fitted = done("boosting")[0].fitted
    flipped = Opened(fitted, answer=lambda rows: fitted.predict_proba(rows)[:, 0])
    assert transcribe(flipped).certificate.largest_difference <= 1e-9


def test_a_ratio_is_read_off_as_one() -> None:
    def with_ratio(rows: pd.DataFrame) -> np.ndarray:
        filled = rows[NUMBERS].fillna({"age": 50.0, "bp": 125.0, "chol": 230.0})
        log_odds = 0.03 * filled.age + 1.2 * filled.chol / filled.bp - 3.5
        return 1 / (1 + np.exp(-log_odds.to_numpy()))

    transcribed = transcribe(Opened(None, INPUTS[:3], answer=with_ratio))
    assert isinstance(transcribed.engine, Additive)
    (ratio,) = (term for term in transcribed.engine.full.terms if term.kind == "ratio")
    assert (ratio.numerator, ratio.denominator) == ("chol", "bp")
    np.testing.assert_allclose(
        [ratio.slope, ratio.missing_numerator, ratio.missing_denominator],
        [1.2, 230, 125],
        rtol=1e-8,
    )


def test_a_product_of_two_numbers_and_a_table_of_words_are_read_off() -> None:
    def together(rows: pd.DataFrame) -> np.ndarray:
        man, pain = rows.sex == "M", rows.cp == "ASY"
        log_odds = 1e-4 * rows.age.fillna(50) * rows.bp.fillna(130) - 1 + 0.7 * (man & pain)
        return 1 / (1 + np.exp(-log_odds.to_numpy()))

    inputs = (INPUTS[0], INPUTS[1], INPUTS[3], INPUTS[4])
    transcribed = transcribe(Opened(None, inputs, answer=together))
    assert isinstance(transcribed.engine, Additive)
    surfaces = [term for term in transcribed.engine.full.terms if term.kind == "surface"]
    assert {term.inputs for term in surfaces} == {("age", "bp"), ("sex", "cp")}
    values = Columns(inputs).values(ROWS.head(20))
    why = transcribed.engine.explained(values)
    np.testing.assert_allclose(
        why.base + why.contributions.sum(axis=1), why.log_odds, rtol=0, atol=1e-12
    )


@pytest.fixture(scope="module")
def smooth() -> Callable[[pd.DataFrame], np.ndarray]:
    fitted = make_pipeline(encoding(), logistic()).fit(ROWS, OUTCOME)
    return lambda rows: fitted.predict_proba(rows)[:, 1]


def shifted(risk: np.ndarray, by: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(np.log(risk) - np.log1p(-risk) + by)))


def test_an_interaction_of_a_millionth_is_found(smooth: Callable) -> None:
    """Three inputs at once, so that no term of two can take it up."""

    def almost(rows: pd.DataFrame) -> np.ndarray:
        filled = rows[NUMBERS].fillna(0).to_numpy() / [80, 190, 400]
        return shifted(smooth(rows), 1e-6 * filled.prod(axis=1))

    with pytest.raises(LeftAsItIs, match="do together depends on its other inputs"):
        transcribe(Opened(None, answer=almost))


def test_a_model_that_answers_differently_each_time_is_left(smooth: Callable) -> None:
    random, call = np.random.default_rng(0), count()

    def noisy(rows: pd.DataFrame) -> np.ndarray:
        return shifted(smooth(rows), 1e-6 * random.normal(size=len(rows)))

    def second_call(rows: pd.DataFrame) -> np.ndarray:
        return shifted(smooth(rows), np.full(len(rows), 1e-6 * (next(call) > 0)))

    for answer in (noisy, second_call):
        with pytest.raises(LeftAsItIs, match="when asked again"):
            transcribe(Opened(None, answer=answer))


def test_a_model_that_looks_at_other_patients_is_left(smooth: Callable) -> None:
    def by_order(rows: pd.DataFrame) -> np.ndarray:
        return shifted(smooth(rows), 1e-6 * np.arange(len(rows)))

    def by_company(rows: pd.DataFrame) -> np.ndarray:
        return shifted(smooth(rows), np.full(len(rows), 1e-6 * len(rows)))

    for answer, reason in ((by_order, "order"), (by_company, "at once")):
        with pytest.raises(LeftAsItIs, match=reason):
            transcribe(Opened(None, answer=answer))


def ratio_of_two(rows: np.ndarray) -> np.ndarray:
    return np.column_stack([rows, rows[:, 0] / (3 + np.abs(rows[:, 1]))])


@pytest.mark.parametrize(
    ("fitted", "reason"),
    [
        (
            lambda: make_pipeline(encoding(FunctionTransformer(ratio_of_two)), small_boosting()),
            "one number of several inputs: age and bp",
        ),
        (
            lambda: make_pipeline(encoding(FunctionTransformer(np.abs)), small_boosting()),
            "neither rises nor falls",
        ),
        (lambda: make_pipeline(encoding(), KNeighborsClassifier()), "no kind of trees"),
        (
            lambda: make_pipeline(
                encoding(), GradientBoostingClassifier(init=logistic(), n_estimators=2)
            ),
            "starts from another model",
        ),
    ],
)
def test_what_cannot_be_read_is_left(fitted: Callable[[], Any], reason: str) -> None:
    with pytest.raises(LeftAsItIs, match=reason):
        transcribe(Opened(fitted().fit(ROWS, OUTCOME)))


def test_three_classes_are_left() -> None:
    model = make_pipeline(encoding(), RandomForestClassifier(3, random_state=0))
    with pytest.raises(LeftAsItIs, match="other than two classes"):
        transcribe(Opened(model.fit(ROWS, OUTCOME + (ROWS.age > 70))))


def test_trees_that_are_not_the_model_have_no_certificate(done: Callable) -> None:
    """Something after the trees changes the risk of few patients."""
    original, _ = done("boosting")
    odd = Opened(
        original.fitted,
        answer=lambda rows: np.where(
            (rows.age > 79) & (rows.bp > 170) & (rows.sex == "M"), 0.5, original.ask(rows)
        ),
    )
    with pytest.raises(LeftAsItIs, match=r"differ by"):
        transcribe(odd)


def test_a_tree_of_a_million_leaves_is_left_in_one_sentence() -> None:
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"age": random.uniform(30, 80, 30_000)})
    model = make_pipeline(SimpleImputer(), StandardScaler(), DecisionTreeClassifier(random_state=0))
    model.fit(rows, random.integers(0, 2, len(rows)))
    with pytest.raises(LeftAsItIs, match="more than 4,096 leaves"):
        transcribe(Opened(model, (replace(INPUTS[0]),)))


def test_whole_numbers_and_truths_are_asked_as_such() -> None:
    def answer(rows: pd.DataFrame) -> np.ndarray:
        assert rows["visits"].dtype == np.int64
        assert rows["smoker"].dtype == np.bool_
        return 1 / (1 + np.exp(-(0.2 * rows.visits + rows.smoker - 2).to_numpy()))

    inputs = (
        Input("visits", Kind.NUMBER, whole=True, low=0, high=12),
        Input("smoker", Kind.BOOLEAN),
    )
    transcribed = transcribe(Opened(None, inputs, answer=answer))
    assert transcribed.certificate.largest_difference <= 1e-12
    assert transcribed.certificate.blanks == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("largest_difference", 1e-3),
        ("largest_difference", -1.0),
        ("tolerance", 1e-3),
        ("files", {"model.pkl": 1}),
        ("rows_compared", 10),
        ("certificate_version", 9),
        ("kind", None),
    ],
)
def test_a_certificate_that_does_not_certify_is_refused(
    field: str, value: object, done: Callable
) -> None:
    import json

    document = json.loads(done("logistic")[1].certificate.to_json())
    document[field] = value
    if value is None:
        del document[field]
    with pytest.raises(ValueError, match="certif"):
        Certificate.from_json(json.dumps(document))
