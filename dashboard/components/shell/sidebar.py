"""Study, version and route: what every number on the pages comes from."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import caching, markdown, mishap, text
from dashboard.audit_trail import Trail
from dashboard.components.shell import login, newer_champion, prevalence, recovery, threshold
from dashboard.scorers import LocalScorer, RestScorer, Scorer
from dashboard.selection import Selection
from dashboard.services import Chosen, Foreign, Services
from model import studies as known
from model.endpoints.foreign_model import SECONDS, ForeignModel
from model.endpoints.invocations import Invocations
from model.endpoints.proven_scorer import ProvenEndpoint
from model.errors import BedsideError, EndpointError, TrackingError
from model.registry.conventions import CHAMPION
from model.registry.versions import State, Version
from model.scoring import LoadedModel

IN_APP = "In this app"
VERIFIED = markdown.badge("verified", "green", ":material/verified:")
WHAT_VERIFIED_MEANS = (
    "Verified: its files are those logged at training, and it reproduces its golden patients."
)
NEEDS_AN_ENDPOINT = markdown.badge("needs an endpoint", "orange", ":material/gpp_bad:")
VOUCHED_FOR = markdown.badge("not verified", "orange", ":material/gpp_maybe:")
STUDY, VERSION, ROUTE, LAST = "study", "version", "route", "last_chosen"
OF = "version.study"  # of which study the number is


def use(version: Version) -> None:
    """Choose a version from elsewhere: a button's callback."""
    st.session_state[STUDY] = st.session_state[OF] = version.study
    st.session_state[VERSION] = version.number


def load_first(services: Services) -> None:
    """Have in the caches what a visitor without wishes gets: nothing is drawn."""
    address = services.registry.shown_address
    study = _default(caching.studies(services.registry, address))
    versions = caching.versions(services.registry, address, study)
    if versions:
        number = _first_choice(versions, "")
        first = next(each for each in versions if each.number == number)
        if first.state is State.READY:
            caching.loaded(services, first)


def render(services: Services) -> Selection:
    """Draw the sidebar and load what is chosen.

    A tracking server that goes away does not take the loaded model with it: the session goes
    on with the version it has, and says so.
    """
    with st.sidebar:
        st.markdown("### Bedside", anchors=False)
        try:
            selection = _select(services)
        except TrackingError as error:
            last = st.session_state.get(LAST)
            if last is None:
                raise
            st.warning(markdown.plain(f"{error} Until then you go on with {last.version.title}."))
            recovery.watch()
            selection = Selection(last.version.study, (last.version,), last)
        if selection.chosen is not None:
            st.session_state[LAST] = selection.chosen
            model = selection.chosen.model
            try:
                threshold.render(model.schema.outcome)
                sites = model.evaluation.get("sites", ())
                if model.training_prevalence is not None:
                    prevalence.render(model.schema.outcome, model.training_prevalence, sites)
            except Exception as raised:  # of an odd version: the others stay to be chosen
                selection = replace(selection, chosen=None, problem=mishap.as_ours(raised))
        return selection


def _select(services: Services) -> Selection:
    address = services.registry.shown_address
    study = _study(caching.studies(services.registry, address))
    versions = caching.versions(services.registry, address, study)
    if not versions:
        return Selection(study, ())
    version = _version(versions)
    badges = st.empty()
    newer_champion.render(services, versions, version, use)
    _facts(version)
    if version.state is State.FOREIGN:
        return _select_foreign(services, version, versions, badges)
    try:
        model = caching.loaded(services, version)
        scorer = _scorer(services, model)
    except Exception as raised:
        error = mishap.as_ours(raised)
        _badges(badges, version, _failing(error))
        st.markdown(markdown.note(markdown.plain(str(error))))
        return Selection(study, versions, problem=error)
    _badges(badges, version, VERIFIED)
    return Selection(
        study, versions, Chosen(version, model, scorer, Trail(services.audit, login.name()))
    )


def _select_foreign(
    services: Services,
    version: Version,
    versions: tuple[Version, ...],
    badges: st.delta_generator.DeltaGenerator,
) -> Selection:
    """Somebody else's model answers only at the endpoint the operator named for this version."""
    name = f"{version.study}/{version.number}"
    endpoints = {endpoint.name: endpoint for endpoint in services.settings.endpoints}
    try:
        if name not in endpoints:
            raise BedsideError(
                f"{version.title} was logged by other code, and this app runs nobody else's code. "
                f"Serve it with `python -m model serve {version.reference}`, name the endpoint "
                f"{name} in BEDSIDE_ENDPOINTS, and start the app again."
            )
        takes = caching.interface(
            services.registry, services.registry.shown_address, version.reference, version
        )
    except BedsideError as error:
        _badges(badges, version, NEEDS_AN_ENDPOINT)
        st.markdown(markdown.note(markdown.plain(str(error))))
        return Selection(version.study, versions, problem=error)
    _badges(badges, version, VOUCHED_FOR)
    vouched = f"That the endpoint {name} serves it is the operator's word."
    st.markdown(markdown.note(markdown.plain(vouched)))
    model = ForeignModel(Invocations(endpoints[name], seconds=SECONDS), takes)
    return Selection(
        version.study,
        versions,
        foreign=Foreign(version, model),
        problem=BedsideError(
            f"{version.title} was logged by other code: of it there is the Patient page alone."
        ),
    )


def _failing(error: BedsideError) -> str:
    wrong = "endpoint not usable" if isinstance(error, EndpointError) else "not verified"
    return markdown.badge(wrong, "orange", ":material/gpp_bad:")


def _badges(place: st.delta_generator.DeltaGenerator, version: Version, state: str) -> None:
    aliases = [markdown.badge(alias, "blue") for alias in version.aliases]
    is_verified = state == VERIFIED
    place.markdown(" ".join([*aliases, state]), help=WHAT_VERIFIED_MEANS if is_verified else None)


def _study(names: tuple[str, ...]) -> str:
    offered = names or (known.DEFAULT,)
    if len(offered) == 1:
        return offered[0]
    if st.session_state.get(STUDY) not in offered:
        asked = st.query_params.get("study")
        st.session_state[STUDY] = asked if asked in offered else _default(offered)
    chosen: str = st.selectbox("Study", offered, key=STUDY)
    st.query_params["study"] = chosen
    return chosen


def _default(names: tuple[str, ...]) -> str:
    return names[0] if names and known.DEFAULT not in names else known.DEFAULT


def _version(versions: tuple[Version, ...]) -> Version:
    by_number = {version.number: version for version in versions}
    study = versions[0].study
    if st.session_state.get(OF) != study or st.session_state.get(VERSION) not in by_number:
        # The address names a version of the study shown until now, and of no other.
        is_of_it = st.session_state.get(OF, study) == study
        asked = st.query_params.get("version", "") if is_of_it else ""
        st.session_state[OF], st.session_state[VERSION] = study, _first_choice(versions, asked)
    number = st.selectbox(
        "Version",
        list(by_number),
        format_func=lambda each: text.version_label(by_number[each]),
        key=VERSION,
    )
    st.query_params["version"] = str(number)
    return by_number[number]


def _first_choice(versions: tuple[Version, ...], named: str) -> int:
    """The version named, else the champion, else the newest usable."""
    numbers = {str(version.number): version.number for version in versions}
    asked = numbers.get(named)
    champions = [version.number for version in versions if CHAMPION in version.aliases]
    ready = [version.number for version in versions if version.state is State.READY]
    return next(iter([asked] if asked else [*champions, *ready, versions[0].number]))


def _facts(version: Version) -> None:
    trained = f"Trained {version.created:%-d %b %Y, %H:%M} UTC"
    st.markdown(markdown.note(markdown.plain(trained)))
    auc = version.metrics.get("roc_auc")
    if auc is not None:
        measured = f"AUC {auc.value:.3f} (95 % interval {auc.low:.3f} to {auc.high:.3f})"
        st.markdown(
            markdown.note(markdown.plain(measured)),
            help="Of two patients, one with and one without the disease, how often the diseased "
            "one gets the higher risk. 0.5 is chance, 1 is perfect.",
        )


def _scorer(services: Services, model: LoadedModel) -> Scorer:
    endpoints = {endpoint.name: endpoint for endpoint in services.settings.endpoints}
    if not endpoints:
        return LocalScorer(model)
    route = st.selectbox("Scoring route", [IN_APP, *endpoints], key=ROUTE)
    if route == IN_APP:
        return LocalScorer(model)
    remote = RestScorer(endpoints[route], model.schema, model.golden)
    caching.proven(remote, endpoints[route], model.digest)
    return ProvenEndpoint(remote, model)  # on every page, each of its answers
