"""An empty store: train the reference model, in sight, and go on."""

from __future__ import annotations

import time

import streamlit as st

from dashboard import caching
from dashboard.markdown import plain
from dashboard.services import Services

LOOK_AGAIN = 0.3
TRAINED = "first_model.trained"


def render(services: Services, study: str) -> None:
    """Train and rerun. On a server somebody configured, only when asked."""
    # Asked once: a training may end between any two looks at it.
    running = services.trainer.stage is not None
    if not running and _is_there_by_now(services, study):
        st.rerun()
    st.title("No model yet", anchor=False)
    if not running:
        failure = services.trainer.failure
        if failure is not None:
            st.error(plain(str(failure)))
        elif st.session_state.get(TRAINED):
            st.error("The training came to its end, but its model is not listed.")
        elif services.settings.is_embedded:
            services.trainer.start(study)
            running = True
    if running:
        _follow(services, study)
    else:
        _offer(services, study)


def _is_there_by_now(services: Services, study: str) -> bool:
    """Whether a training that ended a moment ago, here or elsewhere, has left a model."""
    caching.forget_listed()
    return bool(services.registry.versions(study))


def _offer(services: Services, study: str) -> None:
    place = "This app's own store" if services.settings.is_embedded else "The tracking server"
    st.markdown(
        f"{place} at {plain(services.registry.shown_address)} holds no finished model. Train one "
        f"there with `python -m model train --study {study}`, or from here:"
    )
    st.button(
        "Train the reference model", on_click=services.trainer.start, args=(study,), key="train"
    )


def _follow(services: Services, study: str) -> None:
    st.write(
        f"The reference model of the study {plain(study)} is being trained, with repeated "
        "cross-validation on all cores. This happens once and takes a minute or two."
    )
    bar = st.progress(0.0, text="Starting …")
    while (stage := services.trainer.stage) is not None:
        bar.progress(min(max(stage.done, 0.0), 1.0), text=f"{plain(stage.name)} …")
        time.sleep(LOOK_AGAIN)
    st.session_state[TRAINED] = services.trainer.failure is None
    caching.forget_listed()
    st.rerun()
