"""Which number of a model's answer is the risk: declared, or clear; never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.adoption import question
from model.adoption.question import Question
from model.adoption.worker.process import Table
from model.errors import DecisionNeeded, OriginalFailed
from model.numerics.arrays import Floats
from model.studies.format.data import Answer

AGREEMENT = 1e-6
"""How far beyond 0 and 1 a probability in single precision may end."""
PRESENT = frozenset({"1", "1.0", "true", "yes", "y", "t"})
ABSENT = frozenset({"0", "0.0", "false", "no", "n", "f", "-1", "-1.0"})
RISK_WORDS = ("risk", "prob", "proba", "probability", "score_probability", "p")
LINKS = frozenset({"log-odds", "probability"})


@dataclass(frozen=True)
class Output:
    """method : what is asked. columns : of the answer, added up. scale : what they are."""

    method: str
    columns: tuple[str, ...]
    scale: str = "probability"

    def risks(self, table: Table) -> Floats:
        """(n,) risks in [0, 1].

        Raises
        ------
        OriginalFailed
            If a column is missing, or any number is none, or no probability on this scale.
        """
        missing = [name for name in self.columns if name not in table.names]
        if missing:
            raise OriginalFailed(f"The model's answer has no column {missing[0]:.80}.")
        places = [table.names.index(name) for name in self.columns]
        risks = _as_probability(table.values[:, places].sum(axis=1), self.scale)
        if not np.isfinite(risks).all():
            raise OriginalFailed("The model answered with something that is no finite number.")
        # Sums of float32 probabilities end a little beyond 1; nothing else may.
        if (risks < -AGREEMENT).any() or (risks > 1 + AGREEMENT).any():
            raise OriginalFailed("The model answered with a number outside 0 to 1: no probability.")
        clipped: Floats = np.clip(risks, 0.0, 1.0)
        return clipped


def _as_probability(values: Floats, scale: str) -> Floats:
    if scale == "percent":
        return values / 100
    if scale == "survival":
        return 1 - values
    if scale == "log-odds":
        with np.errstate(over="ignore"):
            odds: Floats = 1 / (1 + np.exp(-values))
        return odds
    return values


@dataclass(frozen=True)
class Proposal:
    """What could be the risk: for the draft, where a person has to decide.

    output, classes, scale : what the draft proposes.
    """

    question: Question
    output: str | None = None
    classes: tuple[Any, ...] = ()
    scale: str = "probability"


@dataclass(frozen=True)
class Decided:
    """The output, and in sentences why it is clear."""

    output: Output
    reasons: tuple[str, ...] = field(default=())


def declared(told: Mapping[str, Any], answer: Answer, names: Sequence[str]) -> Output:
    """The output that a study declares.

    names : of the columns that `predict` answers with.

    Raises
    ------
    DecisionNeeded
        If it declares nothing, or what the model does not have.
    """
    classes = [str(label) for label in told["classes"]]
    if answer.classes:
        chosen = tuple(str(label) for label in answer.classes)
        unknown = [label for label in chosen if label not in classes]
        if unknown or len(chosen) >= len(classes):
            raise DecisionNeeded(
                f"model.classes has to name some of this model's classes, and not all: "
                f"{', '.join(classes):.200}."
            )
        return Output("predict_proba", chosen, answer.scale)
    if answer.output is None:
        if len(names) == 1:
            return Output("predict", (names[0],), answer.scale)
        raise DecisionNeeded(
            f"model.output has to name the column that is the risk: {', '.join(names):.200}."
        )
    column = str(answer.output)
    if column in names:
        return Output("predict", (column,), answer.scale)
    if column in classes:
        return Output("predict_proba", (column,), answer.scale)
    if isinstance(answer.output, int) and 0 <= answer.output < len(names):
        return Output("predict", (names[answer.output],), answer.scale)
    raise DecisionNeeded(
        f"model.output names {column:.80}, and the model answers with "
        f"{', '.join([*names, *classes]):.200}."
    )


def of_classes(told: Mapping[str, Any]) -> Decided | Proposal | None:
    """What the classes of a classifier say; None if it has no probabilities of classes."""
    if "predict_proba" not in told["methods"] or not told["classes"]:
        return None
    classes = told["classes"]
    words = [str(label).strip().lower() for label in classes]
    if len(classes) == 2:
        for present, absent in ((1, 0), (0, 1)):
            if words[present] in PRESENT and words[absent] in ABSENT:
                name = str(classes[present])
                reason = f"The risk is the probability of class {name}: the other is no outcome."
                return Decided(Output("predict_proba", (name,)), (reason,))
    listed = ", ".join(str(label) for label in classes)
    return Proposal(
        Question(
            f"Which of the model's classes is the outcome: {listed:.200}?",
            "Name it, or several, under model.classes.",
            {question.CLASSES: classes},
        ),
        classes=(classes[-1],),
    )


def of_answers(told: Mapping[str, Any], table: Table, far: Table) -> Decided | Proposal:
    """What the numbers of `predict` say.

    Parameters
    ----------
    table : answers to plausible rows. far : to rows far outside of what is plausible.
    """
    if told["regressor"]:
        return Proposal(
            Question(
                "It is a regression, which predicts a quantity: is its number a probability?",
                "Say so under model.scale, and name the output under model.output.",
                {question.OUTPUT: table.names, question.SCALE: question.SCALES},
            ),
            output=table.names[0],
        )
    probable = [name for name in table.names if _is_probability(table, name, far)]
    if len(table.names) == 1 and probable:
        reason = (
            f"The risk is the one number it answers ({table.names[0]}): within 0 and 1 for every "
            "made-up patient, and far outside of what is plausible too. If it is the probability "
            "of surviving, say so under model.scale."
        )
        return Decided(Output("predict", (table.names[0],)), (reason,))
    named = [name for name in probable if name.lower() in RISK_WORDS]
    if len(named) == 1 and len(table.names) <= 2:
        return Decided(
            Output("predict", (named[0],)), (f"The risk is the answer's column {named[0]}.",)
        )
    if len(table.names) == 1:
        return Proposal(_scale_question(table), table.names[0], scale=_scale(table.values[:, 0]))
    return Proposal(
        Question(
            f"Which column of the answer is the risk: {', '.join(table.names):.200}?",
            "Name it under model.output.",
            {question.OUTPUT: table.names, question.SCALE: question.SCALES},
        ),
        (probable or [table.names[-1]])[-1],
    )


def _is_probability(table: Table, name: str, far: Table) -> bool:
    near = table.values[:, table.names.index(name)]
    both = np.concatenate([near, far.values[:, far.names.index(name)]])
    finite = bool(np.isfinite(both).all() and (both >= 0).all() and (both <= 1).all())
    return finite and not np.isin(near, (0.0, 1.0)).all()


def _scale(values: Floats) -> str:
    if (values < 0).any():
        return "log-odds"
    return "percent" if values.max() > 1 else "probability"


def _scale_question(table: Table) -> Question:
    values = table.values[:, 0]
    if np.isin(values, (0.0, 1.0)).all():
        return Question(
            "It answers with classes, not with probabilities, and has no predict_proba: there is "
            "no risk in it to show.",
            "Log it again so that it predicts probabilities.",
        )
    return Question(
        f"It answers with one number from {values.min():.3g} to {values.max():.3g}, which is no "
        "probability: is it in percent, in log-odds, or a survival?",
        "Say so under model.scale.",
        {question.SCALE: question.SCALES},
    )
