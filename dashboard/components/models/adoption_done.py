"""A model that was adopted just now: what was proven, what was taken as clear, the way to it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import caching
from dashboard.adopter.order import Order
from dashboard.adopter.outcome import Adopted
from dashboard.markdown import code, plain
from dashboard.selection import GO_TO
from dashboard.services import Services
from model.registry.versions import Kind, Version


def render(services: Services, order: Order, adopted: Adopted, forget: Callable[[], None]) -> None:
    """Say it, and offer the version."""
    title = f"{adopted.name} v{adopted.version}"
    st.success(plain(f"{order.title} is adopted: it is {title} now."))
    st.markdown(plain(_proof(adopted)))
    usable = adopted.kind == Kind.DATA or services.settings.workers
    if not usable:
        st.warning(
            f"{plain(title)} gives no number here until whoever runs this app allows processes for "
            f"adopted models, with {code('BEDSIDE_WORKERS=true')}."
        )
    if adopted.notes:
        with st.expander("What was taken as clear"):
            st.markdown("\n".join(f"- {plain(note)}" for note in adopted.notes))
    version = _listed(services, adopted)
    with st.container(horizontal=True):
        if version is not None:
            st.button(
                plain(f"Use {title}"),
                type="primary" if usable else "secondary",
                on_click=_use,
                args=(version, forget),
                key="adopting.use",
            )
        st.button("Adopt another", on_click=forget, key="adopting.another")
    if version is None:
        st.info(plain(f"{title} is registered, and not listed yet. It will be within seconds."))


def _proof(adopted: Adopted) -> str:
    if adopted.kind == Kind.WORKER:
        return (
            "It was not proven to be numbers, so the original is asked: it answers in a process of "
            "its own."
        )
    return (
        f"It is numbers now, and the original's code never runs again: {adopted.rows_compared:,} "
        f"made-up patients got the same risk from both, to {adopted.largest_difference:.1g}."
    )


def _listed(services: Services, adopted: Adopted) -> Version | None:
    address = services.registry.shown_address
    versions = caching.versions(services.registry, address, adopted.name)
    return next((each for each in versions if each.number == adopted.version), None)


def _use(version: Version, forget: Callable[[], None]) -> None:
    caching.forget_listed()
    st.session_state[GO_TO] = "Patient", version
    forget()
