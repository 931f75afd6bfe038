"""An empty store: in an embedded one the reference model is trained, in sight; else what to do."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from dashboard import caching
from dashboard.components.shell.choice import default
from dashboard.markdown import code, plain
from dashboard.services import Services
from model import studies
from model.registry.list_query import ListQuery
from model.schema import Schema

LOOK_AGAIN_SECONDS = 0.3
TRAINED = "first_model.trained"


def has_anything(services: Services) -> bool:
    """Whether the server lists anything at all. In the app's own store, a run of ours that was
    broken off is not worth looking at: there it is a model that somebody else logged.
    """
    address = services.registry.shown_address
    page = caching.everything(services.registry, address, ListQuery(unfinished=True))
    if services.settings.is_embedded:
        return any(row.can_be_adopted for row in page.rows)
    return bool(page.rows) or page.following is not None


def render(services: Services, preview: Callable[[Schema], None]) -> None:
    """Train and rerun. On a server somebody configured, only when asked.

    preview : draws the form of the study, which one can look at and fill in already.
    """
    study = default(())
    # Asked once: a training may end between any two looks at it.
    running = services.trainer.stage is not None
    if not running and _is_there_by_now(services, study):
        st.rerun()
    st.title("Nothing here yet", anchor=False)
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
        _follow(services, study, preview)
    elif services.settings.is_embedded:
        _train(services, study)
    else:
        _offer(services, study)


def _is_there_by_now(services: Services, study: str) -> bool:
    """Whether a training that ended a moment ago, here or elsewhere, has left a model."""
    caching.forget_listed()
    return bool(services.registry.versions(study))


def _offer(services: Services, study: str) -> None:
    """A server of somebody's: their models come first, and ours only for a trial."""
    place = plain(services.registry.shown_address)
    st.markdown(
        f"{place} holds no model and no run. Log a model there with MLflow, and it is listed here "
        "within seconds; or adopt one from a file:"
    )
    st.code("python -m model adopt FILE", language="shell")
    with st.expander("Or train the reference model, to try this app with"):
        _train(services, study)


def _train(services: Services, study: str) -> None:
    place = plain(services.registry.shown_address)
    st.markdown(
        f"It is logged to {place}, as {code(f'python -m model train --study {study}')} does, or "
        "from here:"
    )
    st.button(
        "Train the reference model", on_click=services.trainer.start, args=(study,), key="train"
    )


def _follow(services: Services, study: str, preview: Callable[[Schema], None]) -> None:
    st.write(
        f"The reference model of the study {plain(study)} is being trained, with repeated "
        "cross-validation on all cores. This happens once and takes a minute or two."
    )
    bar = st.progress(0.0, text="Starting …")
    if study in studies.names():
        st.markdown("## The form, to fill in already", anchors=False)
        preview(studies.find(study).schema)
    while (stage := services.trainer.stage) is not None:
        bar.progress(min(max(stage.done, 0.0), 1.0), text=f"{plain(stage.name)} …")
        time.sleep(LOOK_AGAIN_SECONDS)
    st.session_state[TRAINED] = services.trainer.failure is None
    caching.forget_listed()
    st.rerun()
