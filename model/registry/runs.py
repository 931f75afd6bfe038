"""How runs are asked for, in MLflow's language."""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.errors import InputError

BETTER_WHEN_SMALL = ("brier", "log_loss", "ici", "e_max")
FINISHED = "attributes.status = 'FINISHED'"


@dataclass(frozen=True)
class RunQuery:
    """Which runs, and in what order.

    study : of the experiment of this name; blank for all. named : words of the name. metric,
    at_least, at_most : of which metric, between what. best_first : by that metric; else the newest
    first. unfinished : also those that have not finished, or failed.
    """

    study: str = ""
    named: str = ""
    metric: str = ""
    at_least: float | None = None
    at_most: float | None = None
    best_first: bool = False
    unfinished: bool = False

    @property
    def filter(self) -> str:
        """In MLflow's language.

        Raises
        ------
        InputError
            If the name of the metric cannot be written in it.
        """
        clauses = [] if self.unfinished else [FINISHED]
        clauses += [f"attributes.run_name ILIKE '%{quoted(w)}%'" for w in self.named.split()]
        limits = {">=": self.at_least, "<=": self.at_most}
        clauses += [
            f"metrics.{_metric(self.metric)} {sign} {limit}"
            for sign, limit in limits.items()
            if self.metric and limit is not None and math.isfinite(limit)
        ]
        return " and ".join(clauses)

    @property
    def order(self) -> list[str]:
        newest = "attributes.start_time DESC"
        if not (self.best_first and self.metric):
            return [newest]
        way = "ASC" if self.metric in BETTER_WHEN_SMALL else "DESC"
        return [f"metrics.{_metric(self.metric)} {way}", newest]


def quoted(text: str) -> str:
    """A text that may stand between quotes where `LIKE` compares: ``_`` stands for any one sign,
    and here for a quote, which would end the text.
    """
    return text.replace("'", "_").replace("\\", "_")


def _metric(name: str) -> str:
    if "`" in name:
        raise InputError("A metric whose name has a ` cannot be asked for. Choose another one.")
    return f"`{name}`"
