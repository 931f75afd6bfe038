"""The training runs of a study, a page at a time; only the page shown is asked for."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import caching, markdown, text
from dashboard.components.models import metric_filter, paging
from dashboard.services import Services
from model.errors import InputError
from model.registry.runs import Run, RunQuery

KEY = "runs"
NEWEST, BEST = "newest first", "best first"


def render(services: Services, study: str) -> None:
    """Search, filter, and the page."""
    query = _query(study)
    token = paging.token(KEY, query)
    try:
        found = caching.runs(services.registry, services.registry.shown_address, query, token)
    except InputError as error:
        st.error(markdown.plain(str(error)))
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
        limit = metric_filter.render(KEY)
        order = st.selectbox("Order", [NEWEST, BEST], disabled=not limit.metric, key=f"{KEY}.order")
        unfinished = st.checkbox("Also unfinished and failed", key=f"{KEY}.unfinished")
    return RunQuery(
        study,
        named=(named or "").strip(),
        metric=limit.metric,
        at_least=limit.at_least,
        at_most=limit.at_most,
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
