"""Making a version of one's own out of a model somebody else logged: the command that does it."""

from __future__ import annotations

import streamlit as st

from dashboard.markdown import note, plain
from dashboard.selection import Selection
from dashboard.services import Services
from model.registry.versions import Version

WHAT_IT_DOES = (
    "Adopting opens the model once, in a process of its own, writes down what it takes and which "
    "of its answers is the risk, proves that the new version answers as the original does, and "
    "registers it. The original stays as it is. It asks before it runs any code of the model."
)


def render(_services: Services, _selection: Selection, ticked: tuple[Version, ...]) -> None:
    """One command a model; of what cannot be adopted, why not."""
    ready = [version for version in ticked if version.can_be_adopted]
    for version in ticked:
        if version not in ready:
            st.markdown(plain(f"{version.title}: {_why_not(version)}."))
    if ready:
        st.markdown(note(WHAT_IT_DOES))
        commands = "\n".join(version.adopt_command for version in ready)
        st.code(commands, language="shell", wrap_lines=True)


def _why_not(version: Version) -> str:
    if version.scores:
        return "gives numbers already"
    return version.status or "it logged no model"
