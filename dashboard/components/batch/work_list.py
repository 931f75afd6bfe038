"""The work list: patients by risk, some at a time, with filters; tick one to see why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard.batch_run import Result
from dashboard.components.batch import row_filters
from dashboard.components.batch.row_filters import Wanted
from dashboard.components.shell import threshold
from dashboard.figures import CONFIG
from dashboard.figures import batch as figures
from dashboard.markdown import note, plain
from dashboard.text import NO_INTERVAL, percent_range
from model.evaluation.wording import percent
from model.files.results.result_rows import PROBLEMS
from model.files.results.row_groups import Group, Mask, groups
from model.files.results.scored_file import ScoredFile
from model.interpretation.reasons import chips

PAGE = 50
HEIGHT = 390  # pixels: ten rows


def render(result: Result) -> int | None:
    """Draw the list; returns the row that is ticked, from 0."""
    file, at = result.file, threshold.current()
    st.markdown(f"## Work list by {plain(result.chosen.version.title)}", anchors=False)
    population = file.schema.outcome.population
    if population:
        st.markdown(note(plain(f"The risks hold for {population}, and for nobody else.")))
    members = groups(file, at)
    has_interval = result.chosen.model.has_interval
    st.markdown(plain(_summary(members, at, has_interval=has_interval)))
    if not file.scored.any():
        st.warning("No row could be scored. The list above says why.")
    else:
        _spread(file, at)
    wanted = row_filters.render(result, members, at)
    if not len(wanted.rows):
        st.info("No row fits these filters.")
        return None
    list_, below = st.container(), st.container()
    with below:
        places = _paged(wanted)
    picked = list_.dataframe(
        _table(result, places, wanted.columns),
        hide_index=True,
        height=HEIGHT if len(places) > 10 else "content",
        column_config=_columns(wanted.columns),
        on_select="rerun",
        selection_mode="single-row",
        alt="Work list: your columns, row, risk, interval, what moved it, problems",
        key=f"batch.table.{wanted.view}.{places[0]}",
    )
    ticked = [row for row in picked["selection"]["rows"] if row < len(places)]
    if not ticked:
        st.markdown(note("Tick a row to see what moved its number."))
        return None
    return int(places[ticked[0]])


def _summary(members: dict[Group, Mask], at: float, *, has_interval: bool) -> str:
    counts = {group: int(mask.sum()) for group, mask in members.items()}
    scored = counts[Group.ABOVE] + counts[Group.BELOW]
    above, below, unsure = (counts[each] for each in (Group.ABOVE, Group.BELOW, Group.UNSURE))
    said = (
        f"{scored:,} scored: {above:,} at or above your threshold of {percent(at)}, "
        f"{below:,} below."
    )
    if has_interval:
        said += f" For {unsure:,} the interval crosses the threshold."
    else:
        said += f" {NO_INTERVAL}"
    return said + (f" {counts[Group.REJECTED]:,} rejected." if counts[Group.REJECTED] else "")


def _spread(file: ScoredFile, at: float) -> None:
    counts = figures.Spread.of(file.risk[file.scored], at)
    st.plotly_chart(
        figures.spread(counts, st.context.theme.type),
        config=CONFIG,
        alt=figures.spread_text(counts),
        key="batch.spread",
    )


def _paged(wanted: Wanted) -> NDArray[np.intp]:
    rows, pages = wanted.rows, -(-len(wanted.rows) // PAGE)
    with st.container(horizontal=True, vertical_alignment="center"):
        page = st.pagination(pages, key=f"batch.page.{wanted.view}") if pages > 1 else 1
        first = PAGE * (page - 1)
        part = rows[first : first + PAGE]
        told = f"{first + 1:,} to {first + len(part):,} of {len(rows):,}, highest risk first"
        st.markdown(note(plain(told)))
    return part


def _table(result: Result, places: NDArray[np.intp], shown: list[str]) -> pd.DataFrame:
    file = result.file
    own = {f"own {at}": file.texts(name, places) for at, name in enumerate(shown)}
    scored = file.scored[places]
    moved: list[list[str] | None] = [None] * len(places)
    if file.explained:
        found = file.reasons(places[scored], result.chosen.model)
        for line, why in zip(np.flatnonzero(scored).tolist(), found, strict=True):
            moved[line] = chips(why)
    interval = [
        "" if np.isnan(low) else percent_range(low, high)
        for low, high in zip(file.low[places], file.high[places], strict=True)
    ]
    return pd.DataFrame(
        {
            **own,
            "row": places + 1,
            "risk": 100 * file.risk[places],
            "interval": interval,
            "moved": moved,
            "problems": file.texts(PROBLEMS, places),
        }
    )


def _columns(shown: list[str]) -> dict[str, Any]:
    config = st.column_config
    own = {
        f"own {at}": config.TextColumn(name or "(no name)", width=90)
        for at, name in enumerate(shown)
    }
    return {
        **own,
        "row": config.NumberColumn("Row", width=60),
        "risk": config.ProgressColumn(
            "Risk", format="%.1f %%", min_value=0, max_value=100, width=130
        ),
        "interval": config.TextColumn("95 % interval", width=95),
        "moved": config.ListColumn("What moved it most", width=420),
        "problems": config.TextColumn("Problems", width=330),
    }
