"""Scores the checked file when asked: progress, stop, and the result with its version."""

from __future__ import annotations

import streamlit as st

from dashboard import caching
from dashboard.batch_run import BatchRun, Result, Upload
from dashboard.markdown import plain
from dashboard.services import Chosen

RUN, RESULT = "batch.run", "batch.result"
LOOK_AGAIN = 0.25  # seconds
AT_ONCE = 0.3  # a small file is done before a bar could be drawn


def render(upload: Upload, accepted: int, chosen: Chosen) -> Result | None:
    """The result for this file, whichever version it is from; the way to one if there is none."""
    run = _of(upload)
    if run is not None and run.is_running and not run.was_stopped:
        _follow(run)
        return held(upload)
    if run is not None:
        _told(run)
    result = held(upload)
    if result is None:
        _offer("Score", upload, accepted, chosen)
    elif not _is_by(result, chosen):
        now, then = _named(chosen), _named(result.chosen)
        st.info(plain(f"These numbers are by {then}. Chosen now: {now}."))
        _offer("Score again", upload, accepted, chosen)
    return result


def held(upload: Upload) -> Result | None:
    """What was scored of this file, as it is read now."""
    _of(upload)
    result = last()
    return result if result is not None and result.upload.is_as(upload) else None


def last() -> Result | None:
    """What was scored last and is not put away."""
    result: Result | None = st.session_state.get(RESULT)
    return result


def forget() -> None:
    """The file was put away: stop, and keep nothing."""
    run: BatchRun | None = st.session_state.pop(RUN, None)
    if run is not None:
        run.stop()
    st.session_state.pop(RESULT, None)


def _of(upload: Upload) -> BatchRun | None:
    """The scoring of this file; one of another file is stopped, and its result dropped."""
    run: BatchRun | None = st.session_state.get(RUN)
    if run is not None and not run.upload.is_as(upload):
        forget()
        return None
    if run is not None and run.result is not None:
        st.session_state[RESULT] = run.result
    return run


def _told(run: BatchRun) -> None:
    if run.result is not None:
        return
    if run.failure is not None:
        st.error(plain(run.failure))
    else:
        st.info("Stopped. Nothing of it was kept; the checked file is still here.")


def _offer(verb: str, upload: Upload, accepted: int, chosen: Chosen) -> None:
    patients = "1 patient" if accepted == 1 else f"{accepted:,} patients"
    st.button(
        plain(f"{verb} {patients} with {_named(chosen)}"),
        on_click=_start,
        args=(upload, chosen),
        disabled=accepted == 0,
        icon=":material/play_arrow:",
        key="batch.score",
    )


def _start(upload: Upload, chosen: Chosen) -> None:
    run = BatchRun(upload, chosen, caching.session_ended())
    st.session_state[RUN] = run
    run.start()
    run.wait(AT_ONCE)


@st.fragment(run_every=LOOK_AGAIN)
def _follow(run: BatchRun) -> None:
    if not run.is_running or run.was_stopped:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        speed = f" · {run.rows_a_second:,.0f} rows a second" if run.rows else ""
        st.progress(
            min(run.done, 1.0),
            text=plain(f"Scoring with {_named(run.chosen)} … {run.rows:,} rows done{speed}"),
        )
        st.button("Stop", on_click=run.stop, icon=":material/stop:", key="batch.stop")


def _is_by(result: Result, chosen: Chosen) -> bool:
    return _identity(result.chosen) == _identity(chosen)


def _identity(chosen: Chosen) -> tuple[str, str]:
    return chosen.model.digest, chosen.scorer.route


def _named(chosen: Chosen) -> str:
    return f"{chosen.version.title}, {chosen.scorer.route}"
