"""One table of everything that is a model or could become one; the ticked rows are acted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.figures import forest_cells
from dashboard.figures.forest_cells import Axis
from dashboard.selection import Selection
from model.evaluation.wording import METRICS, NONE
from model.registry.conventions import CHAMPION
from model.registry.versions import Version

TABLE = "models_table"
MOST_METRICS = 3
ROW_PIXELS, HEAD_PIXELS, MOST_ROWS_SHOWN = 36, 38, 14
FIRST_CHOICE = ("roc_auc", "brier", "calibration_slope")


def render(rows: tuple[Version, ...], selection: Selection) -> tuple[Version, ...]:
    """Draw the rows; the versions of those that are ticked."""
    frame = pd.DataFrame([_row(row, selection) for row in rows])
    columns = dict(COLUMNS)
    for name in shown_metrics(rows):
        _measure(frame, columns, rows, name)
    for name, told in _origin(rows).items():
        frame[name] = told
    picked = st.dataframe(
        frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=columns,
        row_height=ROW_PIXELS,
        placeholder=NONE,
        height=HEAD_PIXELS + ROW_PIXELS * min(len(rows), MOST_ROWS_SHOWN),
        key=TABLE,
        alt="Everything that is a model or could become one, with its metrics",
    )
    ticked = [row for row in picked["selection"]["rows"] if row < len(rows)]
    return tuple(rows[row] for row in ticked)


def _measure(
    frame: pd.DataFrame, columns: dict[str, Any], rows: Sequence[Version], name: str
) -> None:
    """Two columns for a metric: the number, and its plot on the axis all rows share."""
    label = METRICS.get(name, name)
    champion = next((row for row in rows if CHAMPION in row.aliases), None)
    values = [row.metrics.get(name) for row in rows]
    held = champion.metrics.get(name) if champion else None
    axis = Axis.over([value for value in values if value], held)
    # Somebody's metric may have the name of a column.
    number, plot = f"metric {name}", f"plot {name}"
    frame[number] = [value.value if value else None for value in values]
    columns[number] = st.column_config.NumberColumn(label, format="%.3f", width=75)
    if axis is not None:
        theme = st.context.theme.type
        frame[plot] = [forest_cells.cell(value, axis, theme) for value in values]
        columns[plot] = st.column_config.ImageColumn(
            axis.label, width=165, help=_reading(label, champion)
        )


def shown_metrics(rows: Sequence[Version]) -> tuple[str, ...]:
    """Ours first, then those most rows have."""
    counted = Counter(name for row in rows for name in row.metrics)
    ours = [name for name in FIRST_CHOICE if counted[name]]
    others = [name for name, _ in counted.most_common() if name not in ours]
    return tuple([*ours, *others][:MOST_METRICS])


COLUMNS: dict[str, Any] = {
    "Model": st.column_config.TextColumn(width=210, pinned=True),
    "Aliases": st.column_config.ListColumn(width=110),
    "State": st.column_config.TextColumn(width=120),
    "Made (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", width=140),
}


def _row(version: Version, selection: Selection) -> dict[str, object]:
    in_use = selection.version is not None and version.reference == selection.version.reference
    return {
        "Model": f"{version.title}{' ●' if in_use else ''}",
        "Aliases": list(version.aliases),
        "State": text.state(version),
    }


def _origin(rows: Sequence[Version]) -> dict[str, list[Any]]:
    """What stands to the right of the metrics."""
    return {
        "Estimator": [row.estimator for row in rows],
        "Made (UTC)": [row.created.replace(tzinfo=None) for row in rows],
        "Author": [row.author for row in rows],
    }


def _reading(label: str, champion: Version | None) -> str:
    line = f" The dashed line is the champion, {champion.title}." if champion else ""
    return (
        f"{label}, all rows on one axis. The dot is the value, the whisker its 95 % interval where "
        f"one is known.{line}"
    )
