"""Contributions to the answer of a model that can only be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import shap

from model.endpoints.sampled_shapley import shares
from model.numerics.arrays import Floats
from model.registry.signature import Row

RANDOM = np.random.default_rng(7)
INPUTS = 5
BACKGROUND = RANDOM.normal(size=(4, INPUTS))
PATIENT = RANDOM.normal(size=INPUTS)


def tangled(rows: Floats) -> Floats:
    """An answer in [0, 1] in which inputs depend on one another."""
    x = np.asarray(rows, dtype=float)
    risk: Floats = 1 / (1 + np.exp(-(x[:, 0] * x[:, 1] + np.abs(x[:, 2]) - x[:, 3] * x[:, 0])))
    return risk


def asking(
    model: Callable[[Floats], Floats],
) -> tuple[Callable[[Sequence[Row]], Floats], list[int]]:
    asked: list[int] = []

    def ask(rows: Sequence[Row]) -> Floats:
        asked.append(len(rows))
        return model(np.array(rows, dtype=float))

    return ask, asked


def rows(values: Floats) -> list[Row]:
    return [tuple(row) for row in values.tolist()]


def reference() -> tuple[float, Floats]:
    masker = shap.maskers.Independent(BACKGROUND, max_samples=len(BACKGROUND))
    found = shap.explainers.Exact(tangled, masker)(PATIENT[None])
    return float(found.base_values[0]), found.values[0]


def test_all_sets_give_what_shap_s_exact_explainer_gives() -> None:
    ask, asked = asking(tangled)
    found = shares(ask, tuple(PATIENT.tolist()), rows(BACKGROUND))
    base, contributions = reference()
    assert found.base == pytest.approx(base, abs=1e-12)
    np.testing.assert_allclose(found.contributions, contributions, rtol=0, atol=1e-12)
    assert asked == [2**INPUTS * len(BACKGROUND)]  # one request


def test_random_orders_come_close_and_add_up_exactly() -> None:
    ask, asked = asking(tangled)
    found = shares(ask, tuple(PATIENT.tolist()), rows(BACKGROUND), most_rows=100)
    base, contributions = reference()
    assert asked[0] <= 100
    assert found.base == pytest.approx(base, abs=1e-12)
    np.testing.assert_allclose(found.contributions, contributions, atol=0.05)
    assert found.base + found.contributions.sum() == pytest.approx(found.answer, abs=1e-12)
    assert found.answer == pytest.approx(float(tangled(PATIENT[None])[0]), abs=1e-12)


def test_many_inputs_stay_within_the_rows_allowed() -> None:
    def sums(values: Floats) -> Floats:
        total: Floats = values.sum(axis=1)
        return total

    ask, asked = asking(sums)
    patient = tuple(RANDOM.normal(size=120).tolist())
    found = shares(ask, patient, rows(RANDOM.normal(size=(3, 120))), most_rows=20_000)
    assert asked[0] <= 20_000
    assert found.base + found.contributions.sum() == pytest.approx(found.answer, abs=1e-9)


def test_an_input_the_model_does_not_look_at_has_no_share() -> None:
    ask, _ = asking(tangled)
    for most in (100, 1000):
        found = shares(ask, tuple(PATIENT.tolist()), rows(BACKGROUND), most_rows=most)
        assert found.contributions[4] == pytest.approx(0.0, abs=1e-12)


def test_texts_and_blanks_are_inputs_like_others() -> None:
    def ward(asked: Sequence[Row]) -> Floats:
        return np.array([0.9 if row[0] == "ICU" and row[1] is None else 0.1 for row in asked])

    found = shares(ward, ("ICU", None), [("A", 1.0)])
    assert found.base == pytest.approx(0.1)
    np.testing.assert_allclose(found.contributions, [0.4, 0.4], atol=1e-12)
