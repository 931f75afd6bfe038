"""Which study and which version: from the address, a list or a button; what is not there is said.

What nobody registered has no study: there the list holds logged models and runs with a model.
"""

from __future__ import annotations

import re

import streamlit as st

from dashboard import caching, text
from dashboard.known_pages import ASKED
from dashboard.services import Services
from model import studies as known
from model.errors import VersionNotFound
from model.registry.conventions import CHAMPION
from model.registry.list_query import ListQuery
from model.registry.versions import Version, What

STUDY, VERSION = "study", "version"
OF = "version.study"  # of which study the version is
NOT_THERE = "address.not_there"
UNREGISTERED = ""
FIRST_STAGES = (CHAMPION, "Production")  # a stage of MLflow 2 counts as an alias
LONGEST_ASKED = 60  # letters of an address that are repeated
MODEL_ID, RUN_ID = re.compile(r"m-[0-9a-f]{32}"), re.compile(r"[0-9a-f]{32}")
LOOSE = ListQuery(kinds=(What.LOGGED, What.RUN))


def use(version: Version) -> None:
    """Choose a version from elsewhere: a button's callback."""
    study = version.study if version.what is What.REGISTERED else UNREGISTERED
    st.session_state[STUDY] = st.session_state[OF] = study
    st.session_state[VERSION] = _key(version)
    forget()


def forget() -> None:
    """What the address asked for is no longer what is looked at."""
    st.session_state.pop(NOT_THERE, None)


def notes() -> tuple[str, ...]:
    """What was asked for and is not there, and what is shown instead."""
    return tuple(st.session_state.get(NOT_THERE, {}).values())


def page_asked(first: str) -> None:
    """Say that a page of this name is not there; the first one is shown."""
    asked = st.query_params.pop(ASKED, None)
    if asked is not None:
        _say("page", f"There is no page named “{_cut(asked)}” here. Shown instead: {first}.")


def study(services: Services) -> str:
    """The study chosen, `UNREGISTERED` for none."""
    names = caching.studies(services.registry, services.registry.shown_address)
    asked = st.query_params.get("study")
    # Where nothing was registered yet, nobody chose that: what is registered meanwhile is shown.
    held = st.session_state.get(STUDY) == UNREGISTERED and _is_id(
        str(st.session_state.get(VERSION))
    )
    named = asked is None and _is_id(st.query_params.get("version", ""))
    loose = not names or held or named
    offered = (*names, *([UNREGISTERED] if loose else []))
    if st.session_state.get(STUDY) not in offered:
        by_id = loose and _is_id(st.query_params.get("version", ""))
        first = UNREGISTERED if by_id or not names else default(names)
        st.session_state[STUDY] = asked if asked in offered else first
        if asked is not None and asked not in offered:
            instead = st.session_state[STUDY] or "what is not registered"
            _say(
                "study", f"There is no model named “{_cut(asked)}” here. Shown instead: {instead}."
            )
    if len(offered) == 1:
        return offered[0]
    chosen: str = st.selectbox(
        "Study",
        offered,
        format_func=lambda name: name or "Not registered",
        key=STUDY,
        on_change=forget,
    )
    if chosen:
        st.query_params["study"] = chosen
    else:
        st.query_params.pop("study", None)
    return chosen


def default(names: tuple[str, ...]) -> str:
    """The study shown to whoever names none."""
    return names[0] if names and known.DEFAULT not in names else known.DEFAULT


def versions(services: Services, study: str) -> tuple[Version, ...]:
    """The versions of a study, newest first; of none, the newest models nobody registered."""
    address = services.registry.shown_address
    if study:
        return caching.versions(services.registry, address, study)
    rows = caching.everything(services.registry, address, LOOSE).rows
    found = tuple(row for row in rows if row.reference)
    asked = st.session_state.get(VERSION) or st.query_params.get("version", "")
    if _is_id(str(asked)) and asked not in {_key(version) for version in found}:
        reference = f"models:/{asked}" if MODEL_ID.fullmatch(asked) else f"runs:/{asked}"
        try:
            found = (caching.resolved(services.registry, address, reference), *found)
        except VersionNotFound:
            return found  # which is said when the version is chosen
    return found


def version(study: str, versions: tuple[Version, ...]) -> Version:
    """The version chosen, of at least one."""
    by_key = {_key(version): version for version in versions}
    held = st.session_state.get(VERSION)
    same = st.session_state.get(OF, study) == study
    if st.session_state.get(OF) != study or held not in by_key:
        # The address names a version of the study shown until now, and of no other.
        asked = st.query_params.get("version", "") if same else ""
        chosen = first_choice(versions, asked)
        st.session_state[OF], st.session_state[VERSION] = study, _key(chosen)
        gone = same and held is not None
        if gone:
            name = f"v{held}" if isinstance(held, int) else _cut(str(held))
            _say(
                "version",
                f"{study} {name} is not there any more. Shown instead: "
                f"{text.version_label(chosen)}.".lstrip(),
            )
        elif asked and asked != chosen.address:
            of = f" of {study}" if study else ""
            _say(
                "version",
                f"There is no version {_cut(asked)}{of} here. Shown instead: "
                f"{text.version_label(chosen)}.",
            )
    key = st.selectbox(
        "Version",
        list(by_key),
        format_func=lambda key: text.version_label(by_key[key]),
        key=VERSION,
        on_change=forget,
    )
    st.query_params["version"] = by_key[key].address
    return by_key[key]


def first_choice(versions: tuple[Version, ...], named: str) -> Version:
    """The one named, else the champion, else the newest that gives a number, else the newest."""
    asked = [version for version in versions if version.address == named]
    first = [version for alias in FIRST_STAGES for version in versions if alias in version.aliases]
    usable = [version for version in versions if version.scores]
    whole = [version for version in versions if not version.status]
    return [*asked, *first, *usable, *whole, *versions][0]


def _key(version: Version) -> int | str:
    return version.number or version.address


def _is_id(text: str) -> bool:
    return bool(MODEL_ID.fullmatch(text) or RUN_ID.fullmatch(text))


def _say(what: str, sentence: str) -> None:
    st.session_state[NOT_THERE] = {**st.session_state.get(NOT_THERE, {}), what: sentence}


def _cut(asked: str) -> str:
    return asked if len(asked) <= LONGEST_ASKED else f"{asked[:LONGEST_ASKED]}…"
