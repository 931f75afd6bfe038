"""The same patients under a second version: who changes sides of the threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard import caching, text
from dashboard.batch_run import Result
from dashboard.components.shell import second_version, threshold
from dashboard.markdown import note, plain
from dashboard.selection import Selection
from dashboard.services import Services
from model.errors import BedsideError
from model.evaluation.wording import percent, several
from model.interpretation.reclassification import Reclassification
from model.registry.versions import Version
from model.scoring import LoadedModel

SECOND, ANSWER = "batch.second", "batch.second_answer"
LISTED = 200


@dataclass(frozen=True)
class Second:
    """Another version and its risks of the same rows; NaN for rejected ones."""

    label: str
    risk: NDArray[np.float64]


def render(services: Services, selection: Selection, result: Result) -> Second | None:
    """Offer the other versions; of one that is chosen, the table and the rows concerned."""
    others = selection.others(result.chosen.version)
    if not others:
        return None
    st.markdown("## Another version", anchors=False)
    second = second_version.one("Compare with version", others, SECOND)
    if second is None:
        return None
    try:
        after = _answer(services, result, second)
    except BedsideError as error:
        st.error(plain(str(error)))
        return None
    changed = Reclassification(result.file.risk, after, threshold.current())
    _counts(changed, result.chosen.version, second)
    for title, rows in (
        ("Move above", changed.up),
        ("Move below", changed.down),
    ):
        _rows(title, rows, changed, result, second)
    return Second(f"v{second.number}", after)


def forget() -> None:
    """Nothing of a file that was put away is kept."""
    st.session_state.pop(ANSWER, None)


def _answer(services: Services, result: Result, second: Version) -> NDArray[np.float64]:
    """The second version's risks, scored in this app; NaN for rejected rows."""
    held = st.session_state.get(ANSWER)
    if held is None or held[0] is not result or held[1] != second.model_id:
        model = caching.loaded(services, second)
        held = (result, second.model_id, _scored(result, model, second))
        st.session_state[ANSWER] = held
    risks: NDArray[np.float64] = held[2]
    return risks


def _scored(result: Result, model: LoadedModel, second: Version) -> NDArray[np.float64]:
    file = result.file
    if model.schema.names != file.schema.names:
        raise BedsideError(
            f"{second.title} takes other inputs than {result.chosen.version.title}. Score the "
            "file with it instead: choose it on the left."
        )
    risks = np.full(len(file), np.nan)
    risks[file.scored] = model.assess(file.patients(file.scored)).risk
    return risks


def _move(count: int) -> str:
    return "moves" if count == 1 else "move"


def _counts(changed: Reclassification, first: Version, second: Version) -> None:
    below, above = changed.counts()
    at = percent(changed.threshold)
    st.markdown(
        plain(
            f"At {at}: {several(len(changed.up), 'patient')} {_move(len(changed.up))} above with "
            f"v{second.number}, {len(changed.down):,} {_move(len(changed.down))} below, "
            f"{below[0] + above[1]:,} do not change."
        )
    )
    table = pd.DataFrame(
        [
            (f"Below {at} by v{first.number}", *below, sum(below)),
            (f"At or above {at} by v{first.number}", *above, sum(above)),
        ],
        columns=["", f"Below by v{second.number}", f"At or above by v{second.number}", "All"],
    )
    st.dataframe(table, hide_index=True, alt="Reclassification table", key="batch.reclassified")
    st.markdown(note(f"v{second.number} answered in this app, for the same accepted rows."))


def _rows(
    title: str,
    rows: NDArray[np.intp],
    changed: Reclassification,
    result: Result,
    second: Version,
) -> None:
    if not len(rows):
        return
    first, listed = result.chosen.version, rows[:LISTED]
    with st.expander(f"{plain(title)} ({len(rows):,})"):
        own = result.file.own_columns[:1]
        table = {f"own {name}": result.file.texts(name, listed) for name in own}
        table["row"] = [str(row + 1) for row in listed]
        for risks, name in ((changed.before, "first"), (changed.after, "second")):
            table[name] = [text.percent(risk) for risk in risks[listed]]
        labels = {f"own {name}": name or "(no name)" for name in own} | {
            "row": "Row",
            "first": f"Risk by v{first.number}",
            "second": f"Risk by v{second.number}",
        }
        st.dataframe(pd.DataFrame(table), hide_index=True, column_config=labels, alt=title)
        if len(rows) > LISTED:
            more = f"The {LISTED} with the largest change, of {len(rows):,}."
            st.markdown(note(plain(more)))
