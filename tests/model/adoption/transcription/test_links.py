"""Generalised linear models of other links than the logit: sums on their own scale, or a reason."""

from __future__ import annotations

import json
import pickle
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.genmod.generalized_linear_model import GLMResults, GLMResultsWrapper
from statsmodels.tools.sm_exceptions import DomainWarning

from model.adoption.opening import formats
from model.adoption.opening.opened import Opened as Unpickled
from model.adoption.original import Input, Kind
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.transcribe import transcribe
from model.errors import OriginalFailed
from model.scoring import Additive
from model.scoring.engine import LINKS
from tests.model.adoption.transcription.originals import Opened

links = sm.families.links
INPUTS = (
    Input("age", Kind.NUMBER, low=30, high=80),
    Input("bp", Kind.NUMBER, low=90, high=190),
    Input("smoker", Kind.BOOLEAN),
)
RARE = {"const": -4.0, "age": 0.015, "bp": 0.004, "smoker": 0.3}
COMMON = {"const": -5.0, "age": 0.04, "bp": 0.015, "smoker": 0.5}
SHARES = {"const": 0.02, "age": 0.002, "bp": 0.001, "smoker": 0.05}
BY_LINK: dict[str, tuple[Callable[[], Any], dict[str, float]]] = {
    "log-odds": (links.Logit, COMMON),
    "probit": (links.Probit, COMMON),
    "complementary log-log": (links.CLogLog, COMMON),
    "cauchit": (links.Cauchy, COMMON),
    "log risk": (links.Log, RARE),
    "probability": (links.Identity, SHARES),
}


def rows(count: int = 800, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": random.uniform(30, 80, count).round(),
            "bp": random.uniform(90, 190, count).round(1),
            "smoker": random.random(count) < 0.4,
        }
    )


def design(frame: pd.DataFrame) -> pd.DataFrame:
    return sm.add_constant(frame.astype(float), has_constant="add")


def fitted(link: Callable[[], Any], parameters: dict[str, float]) -> Any:
    """A GLM of a risk, its family binomial, at these parameters: what a fit would end in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DomainWarning)  # that of a link without bounds
        family = sm.families.Binomial(link=link())
        model = sm.GLM(np.arange(800) % 2, design(rows()), family=family)
    at = np.array(list(parameters.values()))
    return GLMResultsWrapper(GLMResults(model, at, np.eye(4), 1.0))


def opened(results: Any, folder: Path) -> Unpickled:
    """Through the gate of allowed types, as a version of MLflow is."""
    path = folder / "model.pkl"
    path.write_bytes(pickle.dumps(results))
    return formats.open_file(path, "pickle")


def asking(found: Unpickled) -> Callable[[pd.DataFrame], np.ndarray]:
    return lambda frame: np.asarray(found.methods["predict"](frame.astype(float)))


@pytest.mark.parametrize("handed_over", [True, False], ids=["read", "asked"])
@pytest.mark.parametrize("scale", BY_LINK)
def test_a_sum_on_the_scale_of_its_link(scale: str, handed_over: bool, tmp_path: Path) -> None:
    """Read off from its own parameters, or by asking alone, as one with its own code is."""
    found = opened(fitted(*BY_LINK[scale]), tmp_path)
    original = Opened(found.fitted if handed_over else None, INPUTS, answer=asking(found))
    done = transcribe(original)
    assert isinstance(done.engine, Additive)
    assert done.engine.scale == scale
    assert done.certificate.largest_difference <= 1e-12
    fresh = rows(300, seed=5)
    values = Columns(INPUTS).values(fresh)
    assert np.abs(done.engine.risk(values) - original.ask(fresh)).max() <= 1e-12
    why = done.engine.explained(values)
    numbers = why.base + why.contributions.sum(axis=1)
    np.testing.assert_allclose(numbers, design(fresh) @ list(BY_LINK[scale][1].values()), atol=1e-9)
    assert done.engine.attribution.count(f"in {scale} they add up") == 1


@pytest.mark.parametrize("scale", BY_LINK)
def test_the_link_is_in_the_bundle(scale: str, tmp_path: Path) -> None:
    """And a program that does not know it refuses the file, by its version."""
    found = opened(fitted(*BY_LINK[scale]), tmp_path)
    engine = transcribe(Opened(found.fitted, INPUTS, answer=asking(found))).engine
    document = json.loads(engine.to_json())
    assert document.get("scale", "log-odds") == scale
    assert document["additive_version"] == (2 if scale == "log-odds" else 4)
    assert Additive.from_json(engine.to_json()) == engine


def test_probit_of_discrete_choice_is_read_as_well() -> None:
    given = rows()
    outcome = (np.random.default_rng(1).random(800) < 0.2 + given.age / 200).astype(int)
    results = sm.Probit(outcome, design(given)).fit(disp=0)
    done = transcribe(Opened(results, INPUTS, answer=lambda f: results.predict(design(f))))
    assert isinstance(done.engine, Additive)
    assert done.engine.scale == "probit"


@pytest.mark.parametrize(
    ("scale", "theirs"),
    [
        ("probit", stats.norm.cdf),
        ("cauchit", stats.cauchy.cdf),
        ("complementary log-log", lambda x: 1 - np.exp(-np.exp(x))),
        ("log risk", np.exp),
    ],
)
def test_links_are_those_of_scipy(scale: str, theirs: Callable[[np.ndarray], np.ndarray]) -> None:
    numbers = np.concatenate([np.linspace(-9, 3, 500), [-40.0, 0.0]])
    np.testing.assert_allclose(LINKS[scale](numbers), theirs(numbers), rtol=1e-13, atol=2e-16)


@pytest.mark.parametrize("scale", ["log risk", "probability"])
def test_a_link_that_gives_more_than_a_risk_is_left_in_a_sentence(
    scale: str, tmp_path: Path
) -> None:
    """In a corner that the 10,000 rows of the proof need not meet."""
    steep = {name: 1.5 * value for name, value in BY_LINK[scale][1].items()}
    steep["const"] = {"log risk": -3.5, "probability": 0.4}[scale]
    found = opened(fitted(BY_LINK[scale][0], steep), tmp_path)
    inside = Opened(found.fitted, INPUTS, answer=lambda f: np.clip(asking(found)(f), 0, 1))
    with pytest.raises(LeftAsItIs, match=r"below 0 or above 1, which is no risk"):
        transcribe(inside)


def test_a_model_that_answers_with_no_risk_is_left_in_its_own_words() -> None:
    def answer(frame: pd.DataFrame) -> np.ndarray:
        raise OriginalFailed("The model answered with a number outside 0 to 1: no probability.")

    with pytest.raises(LeftAsItIs, match=r"As a sum: The model answered with a number outside"):
        transcribe(Opened(None, INPUTS, answer=answer))


def test_one_that_reaches_certainty_is_said_to_be_no_sum_in_log_odds() -> None:
    """And not in the last scale that was thought of."""

    def answer(frame: pd.DataFrame) -> np.ndarray:
        older = (frame.age > 55).to_numpy()
        return np.where(frame.smoker & older, 1.0, np.where(older, 0.4, 0.0))

    with pytest.raises(LeftAsItIs, match="reaches 0 or 1, so it is no sum in log-odds"):
        transcribe(Opened(None, INPUTS, answer=answer))


def test_another_link_is_left_by_name() -> None:
    results = fitted(links.LogLog, COMMON)
    with pytest.raises(LeftAsItIs, match=r"its link \(LogLog\) is none that is known here"):
        transcribe(Opened(results, INPUTS, answer=lambda f: results.predict(design(f))))
