"""A draft taken away as YAML, or trained in sight; then the Patient page."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import streamlit as st

from dashboard import caching
from dashboard.components.study_editor import draft
from dashboard.markdown import note, plain
from dashboard.selection import GO_TO
from dashboard.services import Services
from model.studies import writing
from model.studies.format.document import Document

LOOK_AGAIN_SECONDS = 0.3
STARTED = "new_study.started"
FOLDER = "new_study.folder"
QUICK = "new_study.quick"
QUICK_REPEATS, FULL_REPEATS = "1", "20"


def render(services: Services, document: Document, data: bytes) -> None:
    """The two things to do with a draft that is a study."""
    text = writing.dump(document)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        draft.download(document, "new_study")
        st.toggle(
            "Quick",
            value=True,
            key=QUICK,
            help="One repeat of cross-validation instead of 20: done in seconds, with rougher "
            "figures and intervals. The card says so.",
        )
        taken = document.name in services.registry.studies()
        st.button(
            "Train and open the form",
            type="primary",
            disabled=taken or services.trainer.stage is not None,
            on_click=_start,
            args=(services, document.name, text, data),
            key="new_study.train",
        )
    if services.trainer.stage is not None:
        st.info("Another training is running. Wait for its end.")
    if taken:
        st.warning(
            plain(
                f"There is a model called {document.name} here already. Give the study another "
                "name above."
            )
        )


def follow(services: Services) -> bool:
    """Show a training that runs or has ended; whether one does run."""
    name = st.session_state.get(STARTED)
    if name is None:
        return False
    if services.trainer.stage is not None:
        _watch(services, name)
    failure = services.trainer.failure
    if failure is not None:
        _forget()
        st.error(plain(str(failure)))
        return False
    caching.forget_listed()
    versions = services.registry.versions(name)
    if not versions:
        _forget()
        st.error("The training came to its end, but its model is not listed.")
        return False
    _forget()
    st.session_state[GO_TO] = "Patient", max(versions, key=lambda version: version.number)
    st.rerun()


def _watch(services: Services, name: str) -> None:
    st.markdown(f"## Training {plain(name)}", anchors=False)
    bar = st.progress(0.0, text="Starting …")
    left = st.empty()
    began = time.monotonic()
    while (stage := services.trainer.stage) is not None:
        done = min(max(stage.done, 0.0), 1.0)
        bar.progress(done, text=f"{plain(stage.name)} …")
        if seconds := _left(time.monotonic() - began, done):
            left.markdown(note(plain(f"About {seconds} left.")))
        time.sleep(LOOK_AGAIN_SECONDS)


def _left(seconds: float, done: float) -> str:
    """The time left, from the part that is done; blank while nothing can be said."""
    if done < 0.1 or seconds < 2:
        return ""
    rest = seconds * (1 - done) / done
    return f"{rest / 60:.0f} minutes" if rest > 90 else f"{max(rest, 1):.0f} seconds"


def _start(services: Services, name: str, text: str, data: bytes) -> None:
    """The study's file holds no patient; the table goes to the training through a pipe."""
    folder = Path(tempfile.mkdtemp(prefix="bedside-study-"))
    st.session_state[FOLDER] = folder
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    repeats = QUICK_REPEATS if st.session_state.get(QUICK, True) else FULL_REPEATS
    services.trainer.start(str(path), data, "--repeats", repeats)
    st.session_state[STARTED] = name


def _forget() -> None:
    """The study's file has done its work."""
    del st.session_state[STARTED]
    shutil.rmtree(st.session_state.pop(FOLDER), ignore_errors=True)
