"""Trees that were trained elsewhere: scored and explained with NumPy alone.

A member is a sum of trees and what becomes of it until it is a probability; the risk is the
members' weighted mean. One member whose sum is the log-odds is explained in log-odds, a mean of
trees' own probabilities in probability: on both scales the trees add up, and so do the Shapley
values of each.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from model.numerics.arrays import Floats
from model.numerics.tree_shapley import TreeShapley
from model.numerics.trees import COLUMNS, Trees
from model.scoring import outputs
from model.scoring.outputs import Logistic, Output
from model.scoring.shapley import shares

TREES_VERSION = 1
MOST_MEMBERS = 100
MOST_BACKGROUND_ROWS = 1000
WALKED_ROWS = 50_000
LOG_ODDS, PROBABILITY = "log-odds", "probability"


@dataclass(frozen=True)
class Member:
    """``intercept`` and the sum of so many `trees`, and what becomes of it."""

    trees: int
    intercept: float
    weight: float
    outputs: tuple[Output, ...]


@dataclass(frozen=True, eq=False)
class TreeEnsemble:
    """Trees over the inputs named in `features`.

    members : of whose sums the risk is made; they take the trees one after the other.
    background : (m, features) patients that contributions are held against.
    origin : where these come from, as a phrase.
    """

    features: tuple[str, ...]
    trees: Trees
    members: tuple[Member, ...]
    background: Floats
    origin: str

    FILE: ClassVar[str] = "trees.json"
    LIBRARIES: ClassVar[tuple[str, ...]] = ()

    @property
    def attribution(self) -> str:
        """How the contributions come about, in whole sentences for a reader."""
        if self.scale is None:
            return (
                "The contributions are Shapley values over the clinical inputs, averaged over "
                f"orders of the inputs; what the model is held against: {self.origin}. "
                "In probability they add up to the number shown."
            )
        return (
            "The contributions are exact Shapley values over the clinical inputs; what the model "
            f"is held against: {self.origin}. In {self.scale} they add up to the number shown."
        )

    @property
    def scale(self) -> str | None:
        """On what the trees add up: log-odds, probability, or neither."""
        if all(not member.outputs for member in self.members):
            return PROBABILITY
        if len(self.members) == 1 and self.members[0].outputs == (Logistic(),):
            return LOG_ODDS
        return None

    def risk(self, values: Floats) -> Floats:
        """(n,) risks.

        Parameters
        ----------
        values : (n, features) canonical units and codes, NaN for "not measured".
        """
        risk = np.zeros(len(values))
        for member, trees in zip(self.members, self._by_member, strict=True):
            total = trees.total(values) + member.intercept
            risk += member.weight * outputs.applied(member.outputs, total)
        return risk

    def score(self, values: Floats) -> Floats:
        """(n,) the number that contributions add up to, on the model's own scale."""
        if self.scale != LOG_ODDS:
            return self.risk(values)
        total: Floats = self.trees.total(values) + self.members[0].intercept
        return total

    def shapley(self, values: Floats) -> tuple[float, Floats]:
        """The score explained: base, and (n, features) contributions.

        They are exact on either scale. Where the trees add up on none, as after calibrations that
        are averaged, they are shares of the probability, by walks through orders of the inputs.
        """
        if self.scale is None:
            shared = [shares(self.risk, row, self.background, WALKED_ROWS) for row in values]
            contributions = np.array([one.contributions for one in shared]).reshape(values.shape)
            return float(self.risk(self.background).mean()), contributions
        base, shares_of_all = 0.0, np.zeros(values.shape)
        for member, of_member in zip(self.members, self._shapley, strict=True):
            weight = 1.0 if self.scale == LOG_ODDS else member.weight
            base += weight * (of_member.base + member.intercept)
            shares_of_all += weight * of_member.values(values)
        return base, shares_of_all

    @cached_property
    def _by_member(self) -> tuple[Trees, ...]:
        if len(self.members) == 1:
            return (self.trees,)
        ends = np.cumsum([member.trees for member in self.members])
        stops = [int(self.trees.end[self.trees.roots[end - 1]]) for end in ends]
        starts = [0, *stops[:-1]]
        return tuple(
            Trees(self.trees.nodes[start:stop], self.trees.columns, self._codes, self.trees.sets)
            for start, stop in zip(starts, stops, strict=True)
        )

    @cached_property
    def _shapley(self) -> tuple[TreeShapley, ...]:
        return tuple(TreeShapley(trees, self.background) for trees in self._by_member)

    @property
    def _codes(self) -> dict[int, Sequence[float]]:
        return {at: codes.tolist() for at, codes in self.trees.codes.items()}

    def to_json(self) -> str:
        """Numbers only; `from_json` is its inverse, to the last bit."""
        feature, number, blank_left, _ = self.trees.nodes.T
        document = {
            "trees_version": TREES_VERSION,
            "features": self.features,
            "codes": {self.features[at]: codes for at, codes in self._codes.items()},
            "members": [
                {
                    "trees": member.trees,
                    "intercept": member.intercept,
                    "weight": member.weight,
                    "outputs": outputs.documents(member.outputs),
                }
                for member in self.members
            ],
            "sets": self.trees.sets,
            "nodes": {
                "feature": feature.astype(int).tolist(),
                "number": number.tolist(),
                "blank_left": blank_left.astype(int).tolist(),
            },
            "background": {
                "origin": self.origin,
                "rows": [
                    [None if np.isnan(value) else value for value in row]
                    for row in self.background.tolist()
                ],
            },
        }
        return json.dumps(document, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read the trees.

        Raises
        ------
        ValueError
            If the document is of another version, incomplete, beyond the bounds of `Trees`, or
            holds a number that is not finite.
        """
        try:
            document = json.loads(text)
            version = document["trees_version"]
            if version != TREES_VERSION:
                raise ValueError(f"trees version {version!r:.20}")
            return cls._of(document)
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError(f"the trees are incomplete: {error}") from error

    @classmethod
    def _of(cls, document: dict[str, Any]) -> Self:
        features = tuple(document["features"])
        columns = [document["nodes"][name] for name in COLUMNS[:-1]]
        nodes = np.array([*columns, [0] * len(columns[0])], dtype=np.float64).T.copy()
        codes = {features.index(name): row for name, row in document["codes"].items()}
        trees = Trees(nodes, len(features), codes, document["sets"])
        members = tuple(
            Member(
                int(member["trees"]),
                float(member["intercept"]),
                float(member["weight"]),
                outputs.read(member["outputs"]),
            )
            for member in document["members"]
        )
        _require_members(members, trees)
        rows = document["background"]["rows"]
        background = np.array(rows, dtype=np.float64).reshape(len(rows), len(features))
        if not 1 <= len(background) <= MOST_BACKGROUND_ROWS or np.isinf(background).any():
            raise ValueError("no background, or one too large")
        return cls(features, trees, members, background, str(document["background"]["origin"]))


def _require_members(members: Sequence[Member], trees: Trees) -> None:
    if not 1 <= len(members) <= MOST_MEMBERS:
        raise ValueError("no members, or too many")
    if any(member.trees < 1 for member in members):
        raise ValueError("a member without trees")
    if sum(member.trees for member in members) != len(trees):
        raise ValueError("the members have other trees than there are")
    numbers = [number for member in members for number in (member.intercept, member.weight)]
    if not np.isfinite(numbers).all():
        raise ValueError("a number that is not finite")
