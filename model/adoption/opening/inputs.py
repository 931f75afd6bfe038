"""What a fitted object knows of its own inputs: names, words, ranges. Nothing here is run twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.adoption.opening.integrity import reached

MOST_WORDS = 500
SPREADS = 4.0
"""Standard deviations to either side of the mean that a scaler has learned."""


def known(fitted: Any, *, numbered: bool = False) -> list[dict[str, Any]]:
    """For each input a record: ``name``, and where known ``kind``, ``words``, ``low``, ``high``,
    ``dtype``, and ``missing`` where a fitted part stands in for a blank. The list is empty if the
    object knows no names, unless they are to be `numbered`.
    """
    names = _names(fitted)
    if not names and numbered:
        names = [f"x{at + 1}" for at in range(count(fitted))]
    columns: dict[str, dict[str, Any]] = {name: {"name": name} for name in names}
    for name, facts in _facts(fitted, names):
        if name in columns:
            for fact, value in facts.items():
                columns[name].setdefault(fact, value)
    return list(columns.values())


def count(fitted: Any) -> int:
    """How many inputs a model without names has; 0 where it does not say."""
    for name in ("n_features_in_", "n_features_"):
        if isinstance(found := getattr(fitted, name, None), int | np.integer):
            return int(found)
    counted = getattr(fitted, "num_features", None) or getattr(fitted, "num_feature", None)
    return int(counted()) if callable(counted) else 0


def _names(fitted: Any) -> list[str]:
    model: Any = getattr(fitted, "model", None)
    if hasattr(model, "exog_names"):
        return [n for n in model.exog_names if n not in ("const", "Intercept")]
    for attribute in ("feature_names_in_", "feature_name_", "feature_names", "feature_names_"):
        found = getattr(fitted, attribute, None)
        if found is not None and not callable(found) and len(found):
            return [str(name) for name in found]
    if callable(named := getattr(fitted, "feature_name", None)):
        return [str(name) for name in named()]
    for step in getattr(fitted, "steps", ()):
        return _names(step[1])
    return []


def _facts(fitted: Any, names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    inner = _inside_columns(fitted, names)
    for thing in reached(fitted):
        of = [str(name) for name in getattr(thing, "feature_names_in_", inner.get(id(thing), ()))]
        if len(of) == 0 and getattr(thing, "n_features_in_", None) == len(names):
            of = names
        if (categories := getattr(thing, "categories_", None)) is not None:
            for name, words in zip(of, categories, strict=False):
                yield name, _words(words)
        if getattr(thing, "statistics_", None) is not None:
            for name in of:
                yield name, {"missing": True}
        if (low := getattr(thing, "data_min_", None)) is not None:
            for name, least, most in zip(of, low, thing.data_max_, strict=False):
                yield name, {"kind": "number", "low": float(least), "high": float(most)}
        elif (scale := getattr(thing, "scale_", None)) is not None and np.ndim(scale) == 1:
            middle = getattr(thing, "mean_", None)
            middle = getattr(thing, "center_", None) if middle is None else middle
            if middle is not None and np.ndim(middle) == 1:
                for name, centre, deviation in zip(of, middle, scale, strict=False):
                    spread = SPREADS * float(deviation)
                    yield name, {"kind": "number", "centre": float(centre), "spread": spread}
        if type(thing).__name__ == "PandasData" and hasattr(thing, "exog"):
            design = np.asarray(thing.exog)
            for name, low, high in zip(
                thing.xnames, design.min(axis=0), design.max(axis=0), strict=False
            ):
                yield name, {"kind": "number", "low": float(low), "high": float(high)}
        if (bins := getattr(thing, "feature_bounds_", None)) is not None:
            yield from _curves(thing, of, bins)
        if type(thing).__name__ == "Tree" and thing.n_features == len(names):
            yield from _thresholds(names, thing.feature, thing.threshold)
    yield from _boosted(fitted, names)


def _inside_columns(fitted: Any, names: list[str]) -> dict[int, list[str]]:
    """The columns that reach each step inside a ColumnTransformer, by the step's identity: an
    imputer before it has taken their names away, but neither their number nor their order.
    """
    found: dict[int, list[str]] = {}
    for thing in reached(fitted):
        for _, part, columns in getattr(thing, "transformers_", ()):
            if not isinstance(columns, list | np.ndarray) or isinstance(part, str):
                continue
            here = [names[c] if isinstance(c, int | np.integer) else str(c) for c in columns]
            for step in reached(part):
                if getattr(step, "n_features_in_", None) == len(here):
                    found.setdefault(id(step), here)
    return found


def _words(values: Any) -> dict[str, Any]:
    plain = [v.item() if isinstance(v, np.generic) else v for v in values]
    kept = [v for v in plain if v is not None and v == v]
    if len(kept) > MOST_WORDS or not kept:
        return {}
    blank = {"missing": True} if len(kept) < len(plain) else {}
    return {"kind": "word", "words": kept, **blank}


def _curves(model: Any, names: list[str], bounds: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """An EBM: the range each number had, and the words of the others."""
    for at, name in enumerate(names):
        if model.feature_types_in_[at] == "continuous":
            low, high = (float(end) for end in bounds[at])
            yield name, {"kind": "number", "low": low, "high": high}
        else:
            yield name, _words(list(model.bins_[at][0]))


def _thresholds(
    names: list[str], feature: Any, threshold: Any
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The span of what trees ask about: less than the data had, but never more."""
    for at, name in enumerate(names):
        asked = np.asarray(threshold)[np.asarray(feature) == at]
        if len(asked):
            yield name, {"low": float(asked.min()), "high": float(asked.max()), "split": True}


def _boosted(fitted: Any, names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    booster = getattr(fitted, "booster_", fitted)
    if type(booster).__module__ == "lightgbm.basic":
        frame = booster.trees_to_dataframe()
        words = booster.pandas_categorical or []
        split = frame[frame["split_feature"].notna()]
        coded = split[split["decision_type"] == "=="]["split_feature"].unique()
        dumped = booster.dump_model()["feature_infos"]
        # LightGBM lists the words of categorical columns in the columns' order, without names.
        marked = [n for n in names if n in coded or not {"min_value"} <= {*dumped.get(n, {})}]
        if len(words) == len(marked):
            for name, values in zip(marked, words, strict=True):
                yield name, {**_words(values), "dtype": "category"}
        for name, facts in dumped.items():
            if facts.get("min_value") is not None and not facts.get("values"):
                yield name, {"low": float(facts["min_value"]), "high": float(facts["max_value"])}
        return
    if type(fitted).__module__.startswith("catboost."):
        for at, borders in fitted.get_borders().items():
            if len(borders):
                span = {"low": float(min(borders)), "high": float(max(borders)), "split": True}
                yield names[at], {"kind": "number", **span}
        return
    booster = fitted.get_booster() if hasattr(fitted, "get_booster") else fitted
    if type(booster).__module__ == "xgboost.core":
        table = booster.trees_to_dataframe()
        inner = table[table["Feature"] != "Leaf"]
        own = names if booster.feature_names is None else booster.feature_names
        place = {f"f{at}": name for at, name in enumerate(own)} | {name: name for name in own}
        for feature, splits in inner.groupby("Feature")["Split"]:
            asked = splits.dropna()
            if len(asked):
                span = {"low": float(asked.min()), "high": float(asked.max()), "split": True}
                yield place.get(str(feature), str(feature)), span
