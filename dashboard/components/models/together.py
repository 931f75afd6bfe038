"""Several versions at once: one patient under all of them, or a file scored with all."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import streamlit as st

from dashboard import text
from dashboard.components.shell import choice, handover
from dashboard.markdown import note, plain
from dashboard.selection import Selection
from dashboard.services import Services
from model.evaluation.wording import listed
from model.registry.versions import Version

NEEDED = 2


def one_patient(_services: Services, _selection: Selection, ticked: tuple[Version, ...]) -> None:
    """Take the versions to the Patient page, where each answers for the same patient."""
    versions = _usable(ticked)
    if instead := _instead(versions):
        st.info(plain(instead))
        return
    first, *others = versions
    beside = listed([version.title for version in others])
    st.markdown(plain(f"{first.title} answers first, and beside it {beside}."))
    st.button(
        "Use them for the patient",
        on_click=_to_patient,
        args=(first, others),
        key="together.patient",
    )
    st.markdown(note("Then open the Patient page; they stand under its number, at Versions."))


def a_file(_services: Services, _selection: Selection, ticked: tuple[Version, ...]) -> None:
    """Two versions on the Batch page; any number of them at the command line."""
    versions = _usable(ticked)
    if not versions:
        st.info("Tick versions that give numbers. What nobody adopted gives none.")
        return
    commands = [
        f"python -m model score FILE --model {shlex.quote(version.reference)} "
        f"--output {shlex.quote(_file_name(version))}"
        for version in versions
    ]
    if len(versions) == NEEDED and versions[0].study == versions[1].study:
        first, second = versions
        st.button(
            "Use both for a file",
            on_click=_to_batch,
            args=(first, second),
            key="together.file",
        )
        st.markdown(note("Then open the Batch page. The same at the command line:"))
    else:
        st.markdown(note("At the command line, one after the other:"))
    st.code("\n".join(commands), language="shell", wrap_lines=True)


def _to_patient(first: Version, others: Sequence[Version]) -> None:
    choice.use(first)
    st.session_state[handover.OTHER_VERSIONS] = [text.version_label(version) for version in others]
    st.session_state[handover.MORE] = handover.VERSIONS


def _to_batch(first: Version, second: Version) -> None:
    choice.use(first)
    st.session_state[handover.SECOND_VERSION] = text.version_label(second)


def _usable(ticked: Sequence[Version]) -> list[Version]:
    for version in ticked:
        if not version.scores:
            why = version.status or "nobody adopted it yet"
            st.markdown(plain(f"{version.title} is left out: {why}."))
    return [version for version in ticked if version.scores]


def _instead(versions: Sequence[Version]) -> str:
    """What to tick instead, where these cannot answer for one patient."""
    if len(versions) < NEEDED:
        return "Tick at least two versions that give numbers."
    if len({version.study for version in versions}) > 1:
        return "Tick versions of one model: others ask for other values."
    if len(versions) > handover.MOST_OTHERS + 1:
        return f"Tick at most {handover.MOST_OTHERS + 1}."
    return ""


def _file_name(version: Version) -> str:
    kept = "".join(sign if sign.isalnum() else "-" for sign in version.title)
    return f"{kept}.csv"
