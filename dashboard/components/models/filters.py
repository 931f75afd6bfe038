"""What the table of models is asked for; every choice is part of the address."""

from __future__ import annotations

import streamlit as st

from model.evaluation.wording import METRICS
from model.registry.list_query import ORDER, ListQuery
from model.registry.runs import BETTER_WHEN_SMALL
from model.registry.versions import What

KINDS = {
    "Registered": What.REGISTERED,
    "Not registered": What.LOGGED,
    "Runs": What.RUN,
}
ANY, EVERY = "any", "all models"
NEWEST, BEST = "newest first", "best first"


def render(studies: tuple[str, ...]) -> ListQuery:
    """Kinds, words, model, metric with its limit, order."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = st.pills(
            "Show",
            list(KINDS),
            selection_mode="multi",
            default=list(KINDS),
            key="show",
            bind="query-params",
        )
        words = st.text_input(
            "Search",
            key="find",
            bind="query-params",
            placeholder="name, alias, author, tag, run",
            width=240,
        )
        study = EVERY
        if len(studies) > 1:
            study = st.selectbox(
                "Model", [EVERY, *studies], key="of", bind="query-params", width=200
            )
    with st.expander("More filters", key="models.more"):
        limit = _limit()
        unfinished = st.checkbox(
            "Also runs that failed or have not finished", key="unfinished", bind="query-params"
        )
    asked = tuple(kind for kind in ORDER if kind in {KINDS[name] for name in kinds}) or ORDER
    metric, at_least, at_most, best_first = limit
    return ListQuery(
        study="" if study == EVERY else str(study),
        named=(words or "").strip(),
        metric=metric,
        at_least=at_least,
        at_most=at_most,
        best_first=best_first,
        unfinished=unfinished,
        kinds=asked,
    )


def _limit() -> tuple[str, float | None, float | None, bool]:
    """A metric, at least, at most, and whether the runs with the best of it come first."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = st.selectbox(
            "Metric",
            [ANY, *METRICS],
            format_func=lambda name: METRICS.get(name, name),
            accept_new_options=True,
            key="metric",
            bind="query-params",
            help="One of ours, or the name another program gave one: type it.",
        )
        small = metric in BETTER_WHEN_SMALL
        limit = st.number_input(
            "At most" if small else "At least",
            value=None,
            step=0.01,
            format="%g",
            disabled=metric == ANY,
            key="limit",
            bind="query-params",
        )
        order = st.selectbox(
            "Order of runs",
            [NEWEST, BEST],
            disabled=metric == ANY,
            key="order",
            bind="query-params",
        )
    if metric == ANY or metric is None:
        return "", None, None, False
    best = order == BEST
    return (str(metric), None, limit, best) if small else (str(metric), limit, None, best)
