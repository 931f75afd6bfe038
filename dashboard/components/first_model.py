"""An empty store: train the reference model, in sight, and go on."""

from __future__ import annotations

import time

import streamlit as st

from dashboard.services import Services

LOOK_AGAIN = 0.3


def render(services: Services) -> None:
    """Train and rerun. On a server somebody configured, only when asked."""
    st.title("No model yet")
    if services.trainer.stage is None:
        failure = services.trainer.take_failure()
        if failure is not None:
            st.error(str(failure))
        if failure is not None or not services.settings.is_embedded:
            _offer(services)
            return
        services.trainer.start()
    _follow(services)


def _offer(services: Services) -> None:
    st.write(
        f"The tracking server at `{services.registry.shown_address}` holds no finished model. "
        "Train one there with `python -m model train`, or from here:"
    )
    st.button("Train the reference model", type="primary", on_click=services.trainer.start)


def _follow(services: Services) -> None:
    st.write(
        "The reference model is being trained on the Cleveland heart-disease data, with repeated "
        "cross-validation on all cores. This happens once and takes about a minute."
    )
    bar = st.progress(0.0, text="Starting …")
    while (stage := services.trainer.stage) is not None:
        bar.progress(stage.done, text=f"{stage.name} …")
        time.sleep(LOOK_AGAIN)
    st.rerun()
