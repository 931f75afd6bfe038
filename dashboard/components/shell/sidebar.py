"""Study, version and route: what every number on the pages comes from."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import caching, markdown, mishap
from dashboard.components.shell import (
    choice,
    newer_champion,
    prevalence,
    recovery,
    route,
    threshold,
)
from dashboard.selection import Selection
from dashboard.services import Chosen, Services
from model.errors import BedsideError, EndpointError, FilesGone, NotAdopted, TrackingError
from model.registry.versions import Kind, Version

STATES = {
    Kind.DATA: (
        markdown.badge("verified", "green", ":material/verified:"),
        "Verified: its files are those logged at training, and it reproduces its golden patients.",
    ),
    Kind.WORKER: (
        markdown.badge("own process", "blue", ":material/memory:"),
        "Its own code answers, in a process of its own; it reproduces its golden patients.",
    ),
    Kind.ENDPOINT: (
        markdown.badge("not verified", "orange", ":material/gpp_maybe:"),
        "Nobody adopted it. That the endpoint serves it, and that its answer is a risk, is the "
        "operator's word.",
    ),
}
LAST = "last_chosen"
AUC_MEANS = (
    "Of two patients, one with the outcome and one without, how often the first gets the higher "
    "risk. 0.5 is chance, 1 is perfect."
)
NOT_COVERED = (
    "The interval is of other patients to be judged on; what other patients to learn from would "
    "change, it leaves out."
)


def load_first(services: Services) -> None:
    """Have in the caches what a visitor without wishes gets: nothing is drawn."""
    address = services.registry.shown_address
    study = choice.default(caching.studies(services.registry, address))
    versions = caching.versions(services.registry, address, study)
    if versions and (first := choice.first_choice(versions, "")).scores:
        caching.loaded(services, first)


def render(services: Services) -> Selection:
    """Draw the sidebar and load what is chosen.

    A tracking server that goes away does not take the loaded model with it: the session goes
    on with the version it has, and says so.
    """
    with st.sidebar:
        st.markdown("**Bedside**", anchors=False)
        try:
            selection = _select(services)
        except TrackingError as error:
            last = st.session_state.get(LAST)
            if last is None:
                raise
            st.warning(markdown.plain(f"{error} Until then you go on with {last.version.title}."))
            recovery.watch()
            selection = Selection(last.version.study, (last.version,), last.version, last)
        if selection.chosen is not None:
            st.session_state[LAST] = selection.chosen
            model = selection.chosen.model
            try:
                evaluation = model.evaluation
                threshold.render(
                    model.schema.outcome, None if evaluation is None else evaluation.of_100
                )
                sites = () if evaluation is None else evaluation.sites
                if model.training_prevalence is not None:
                    prevalence.render(model.schema.outcome, model.training_prevalence, sites)
            except Exception as raised:  # of an odd version: the others stay to be chosen
                selection = replace(selection, chosen=None, problem=mishap.as_ours(raised))
        return selection


def _select(services: Services) -> Selection:
    study = choice.study(services)
    versions = choice.versions(services, study)
    if not versions:
        return Selection(study, (), notes=choice.notes())
    version = choice.version(study, versions)
    badges = st.empty()
    if study:
        newer_champion.render(services, versions, version, choice.use)
    _facts(version)
    chosen: Chosen | None = None
    problem: BedsideError | None = None
    try:
        chosen = route.opened(services, version)
    except Exception as raised:
        problem = mishap.as_ours(raised)
        if not isinstance(problem, NotAdopted):  # which every page says, with the command
            st.markdown(markdown.note(markdown.plain(str(problem))))
    _badges(badges, version, chosen, problem)
    return Selection(study, versions, version, chosen, problem, choice.notes())


def _badges(
    place: st.delta_generator.DeltaGenerator,
    version: Version,
    chosen: Chosen | None,
    problem: BedsideError | None,
) -> None:
    if chosen is not None:
        state, meaning = STATES[chosen.kind]
    else:
        wrong = "not verified"
        if isinstance(problem, NotAdopted):
            wrong = "not adopted"
        elif isinstance(problem, FilesGone):
            wrong = "files gone"
        elif isinstance(problem, EndpointError):
            wrong = "endpoint not usable"
        elif not version.scores:
            wrong = "gives no number"
        state, meaning = markdown.badge(wrong, "orange", ":material/gpp_bad:"), ""
    aliases = [markdown.badge(alias, "blue") for alias in version.aliases]
    place.markdown(" ".join([*aliases, state]), help=markdown.plain(meaning) if meaning else None)


def _facts(version: Version) -> None:
    made = "Trained" if version.scores else "Logged"
    trained = f"{made} {version.created:%-d %b %Y, %H:%M} UTC"
    st.markdown(markdown.note(markdown.plain(trained)))
    auc = version.metrics.get("roc_auc")
    if auc is None:
        return
    measured = f"AUC {auc.value:.3f}"
    if auc.has_interval:
        measured += f" (95 % interval {auc.low:.3f} to {auc.high:.3f})"
    if version.is_quick:
        measured += " · quick run"
    said = [AUC_MEANS, version.quick, NOT_COVERED if version.cross_validations else ""]
    told = " ".join(sentence for sentence in said if sentence)
    st.markdown(markdown.note(markdown.plain(measured)), help=markdown.plain(told))
