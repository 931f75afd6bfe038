"""Pointing an alias at a version, and what follows from it, in one box: checked, affected, why."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

import streamlit as st

from dashboard import caching, markdown, text
from dashboard.components.models import timeline
from dashboard.components.shell import login, threshold
from dashboard.selection import Selection
from dashboard.services import Services
from model.errors import BedsideError
from model.evaluation.wording import percent
from model.interpretation.reclassification import Reclassification
from model.registry.conventions import CHAMPION
from model.registry.promotion import ALIASES, LONGEST_REASON, previous
from model.registry.versions import Version
from model.scoring import LoadedModel

KEY = "promotion"
TOLD = f"{KEY}.told"
GAPS = f"{KEY}.gaps"


def tell() -> None:
    """What came of the last promotion."""
    place = st.empty()  # always there, so that what comes after it stays as open as it was
    told: tuple[bool, str] | None = st.session_state.pop(TOLD, None)
    if told is not None:
        done, said = told
        (place.success if done else place.error)(markdown.plain(said))


def render(services: Services, _selection: Selection, ticked: tuple[Version, ...]) -> None:
    """The box, for one version that gives numbers."""
    if len(ticked) != 1:
        st.info("Tick one version to promote it.")
        return
    (version,) = ticked
    if not version.scores:
        st.info(
            markdown.plain(
                f"{version.title} gives no number, so nothing can be checked. Adopt it first."
            )
        )
        return
    address = services.registry.shown_address
    versions = caching.versions(services.registry, address, version.study)
    with st.container(border=True):
        alias = str(
            st.segmented_control(
                markdown.label(f"Make {version.title}"),
                ALIASES,
                default=CHAMPION,
                required=True,
                key=f"{KEY}.alias",
            )
        )
        holder = next((other for other in versions if alias in other.aliases), None)
        try:
            model = caching.loaded(services, version)
        except BedsideError as error:
            st.error(markdown.plain(f"It cannot be promoted. {error}"))
            return
        _checked(version, model)
        _affected(services, version, model, holder, alias)
        if services.promoter.allowed and services.registry.notice is None:
            _form(services, version, alias, holder, previous(versions, alias))
        else:
            _whom_to_ask(services, version, alias)
    timeline.render(versions)


def _checked(version: Version, model: LoadedModel) -> None:
    st.markdown("## Checked today", anchors=False)
    count, patients = len(model.manifest.files), len(model.golden.rows)
    today = f"{datetime.now(UTC):%-d %b %Y}"
    st.markdown(
        markdown.plain(
            f"{today}: its {count} files are those logged, by their sha256; {patients} golden "
            "patients got the answers recorded with it. Both are checked again when it is promoted."
        )
    )
    if version.eligibility is not None:
        verdict = text.eligibility(version.eligibility)
        st.markdown(markdown.plain(f"When it was trained: {verdict}"))
    if version.quick:
        st.warning(markdown.plain(f"{version.quick} Say in the reason why it is promoted."))


def _affected(
    services: Services, version: Version, model: LoadedModel, holder: Version | None, alias: str
) -> None:
    st.markdown("## Who is affected", anchors=False)
    said = []
    if holder is not None and holder.number == version.number:
        said.append(f"Nobody: {version.title} is the {alias} already.")
    elif alias == CHAMPION:
        instead = f" instead of {holder.label}" if holder else ""
        said.append(
            f"Whoever opens the app without naming a version gets {version.label}{instead}, and so "
            f"do commands and programs that ask for models:/{version.study}@{alias}. Who has the "
            "app open goes on as before, and is told."
        )
    else:
        said.append(
            f"Only what asks for models:/{version.study}@{alias}: the app offers it to nobody."
        )
    if holder is not None and holder.number != version.number:
        said.append(_changes(services, model, holder))
    for sentence in said:
        st.markdown(markdown.plain(sentence))


def _changes(services: Services, model: LoadedModel, holder: Version) -> str:
    """How many made-up patients change sides of the threshold."""
    try:
        held = caching.loaded(services, holder)
    except BedsideError as error:
        return f"What changes for patients cannot be said: {error}"
    if held.schema.names != model.schema.names:
        return f"It takes other values than {holder.label}: forms and files have to change with it."
    rows = held.golden.rows
    at = threshold.current()
    changed = Reclassification(held.assess(rows).risk, model.assess(rows).risk, at)
    moved = len(changed.up) + len(changed.down)
    largest = abs(changed.after - changed.before).max()
    return (
        f"Of {len(rows)} made-up patients, {moved} change sides of your threshold of "
        f"{percent(at)}; the largest change of a risk is {100 * largest:.0f} points."
    )


def _form(
    services: Services, version: Version, alias: str, holder: Version | None, before: Version | None
) -> None:
    reason = st.text_input(
        "Reason",
        max_chars=LONGEST_REASON,
        key=f"{KEY}.reason",
        help="It is recorded with the version and in the audit log.",
    )
    has_reason = bool((reason or "").strip())
    if not services.settings.is_embedded:
        st.text_input(
            "Why gaps are accepted",
            max_chars=LONGEST_REASON,
            key=GAPS,
            help="Only for a champion whose study has gaps: its card lists them. Recorded.",
        )
    if has_reason:
        _verdict(services, version)
    with st.container(horizontal=True):
        st.button(
            markdown.label(f"Make {version.label} {alias}"),
            disabled=holder == version or not has_reason,
            on_click=_promote,
            args=(services, version, alias, reason),
            key=f"{KEY}.promote",
            type="primary",
        )
        if before is not None:
            st.button(
                markdown.label(f"Back to {before.label}"),
                disabled=not has_reason,
                on_click=_promote,
                args=(services, before, alias, reason),
                key=f"{KEY}.back",
            )


def _whom_to_ask(services: Services, version: Version, alias: str) -> None:
    st.markdown("## Whom to ask", anchors=False)
    if (notice := services.registry.notice) is not None:
        st.markdown(markdown.plain(notice.said))
        return
    st.markdown(
        markdown.plain(
            "This app may not promote. Ask whoever runs it to set BEDSIDE_ALLOW_PROMOTION=true, or "
            f"somebody who may write to {services.registry.shown_address} to run:"
        )
    )
    flag = "" if alias == CHAMPION else f" --alias {alias}"
    reference = shlex.quote(version.reference)
    st.code(
        f'python -m model promote {reference}{flag} --reason "…"', language="shell", wrap_lines=True
    )


def _verdict(services: Services, version: Version) -> None:
    """How the version stands beside today's champion, where somebody is about to promote it."""
    try:
        verdict = services.promoter.judged(version)
    except BedsideError as error:
        st.error(markdown.plain(str(error)))
        return
    if verdict is not None:
        told = st.info if verdict.eligible else st.warning
        told(markdown.plain(f"Judged today: {text.eligibility(verdict)}"))


def _promote(services: Services, version: Version, alias: str, reason: str) -> None:
    try:
        accepted = str(st.session_state.get(GAPS) or "")
        who = login.name()
        services.promoter.promote(version, alias, reason=reason, who=who, with_gaps=accepted)
    except BedsideError as error:
        st.session_state[TOLD] = (False, str(error))
        return
    caching.forget_listed()
    st.session_state[f"{KEY}.reason"] = ""
    st.session_state[TOLD] = (True, f"{version.title} is {alias} now.")
