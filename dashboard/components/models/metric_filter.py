"""A metric and the limit it has to keep: at least, or at most where smaller is better."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import text
from model.registry.runs import BETTER_WHEN_SMALL

ANY = "any"


@dataclass(frozen=True)
class Limit:
    """What was asked for; `metric` is blank if any will do. At most one end is set."""

    metric: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_set(self) -> bool:
        return self.at_least is not None or self.at_most is not None

    def holds(self, value: float) -> bool:
        """Whether a value keeps it."""
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


def render(key: str) -> Limit:
    """Two fields; their keys begin with `key`."""
    metric = st.selectbox(
        "Metric",
        [ANY, *text.METRICS],
        format_func=lambda name: text.METRICS.get(name, name),
        key=f"{key}.metric",
        persist_state="session",
    )
    small = metric in BETTER_WHEN_SMALL
    limit = st.number_input(
        "At most" if small else "At least",
        value=None,
        step=0.01,
        format="%g",
        disabled=metric == ANY,
        key=f"{key}.limit",
        persist_state="session",
    )
    if metric == ANY:
        return Limit()
    return Limit(str(metric), at_most=limit) if small else Limit(str(metric), at_least=limit)
