"""The training runs of a study, a page at a time; only the page shown is asked for."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import caching, text
from dashboard.components import paging
from dashboard.services import Services
from model.errors import InputError
from model.runs import BETTER_WHEN_SMALL, Run, RunQuery

KEY = "runs"
NO_METRIC = "any"
NEWEST, BEST = "newest first", "best first"


def render(services: Services, study: str) -> None:
    """Search, filter, and the page."""
    query = _query(study)
    token = paging.token(KEY, query)
    try:
        found = caching.runs(services.registry, services.registry.shown_address, query, token)
    except InputError as error:
        st.error(text.plain(str(error)))
        return
    if not found.runs:
        st.info("No training run answers to that.")
        return
    st.dataframe(
        _table(found.runs, query.metric), hide_index=True, height="content", alt="Training runs"
    )
    paging.turn(KEY, found.next_token, f"{len(found.runs)} runs")


def _query(study: str) -> RunQuery:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        named = st.text_input("Name contains", key=f"{KEY}.named", persist_state="session")
        metric = st.selectbox(
            "Metric",
            [NO_METRIC, *text.METRICS],
            format_func=lambda name: text.METRICS.get(name, name),
            key=f"{KEY}.metric",
            persist_state="session",
        )
        small = metric in BETTER_WHEN_SMALL
        limit = st.number_input(
            "At most" if small else "At least",
            value=None,
            step=0.01,
            format="%g",
            disabled=metric == NO_METRIC,
            key=f"{KEY}.limit",
            persist_state="session",
        )
        order = st.selectbox(
            "Order", [NEWEST, BEST], disabled=metric == NO_METRIC, key=f"{KEY}.order"
        )
        unfinished = st.checkbox("Also unfinished and failed", key=f"{KEY}.unfinished")
    asked = "" if metric == NO_METRIC else str(metric)
    return RunQuery(
        study,
        named=(named or "").strip(),
        metric=asked,
        at_least=None if small or not asked else limit,
        at_most=limit if small and asked else None,
        best_first=order == BEST,
        unfinished=unfinished,
    )


def _table(runs: tuple[Run, ...], metric: str) -> pd.DataFrame:
    shown = dict.fromkeys(["roc_auc", "brier", *([metric] if metric else [])])
    return pd.DataFrame(
        [
            {
                "Run": run.name,
                "Started (UTC)": f"{run.started:%Y-%m-%d %H:%M}",
                "Estimator": run.estimator,
                **{text.METRICS[name]: _shown(run.metrics.get(name)) for name in shown},
                "State": run.state,
                "Author": run.author,
                "Run id": run.run_id,
            }
            for run in runs
        ]
    )


def _shown(metric: float | None) -> str:
    return "—" if metric is None else f"{metric:.3f}"
