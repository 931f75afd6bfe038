"""By which way a version is asked: in this app, or through an endpoint the operator named."""

from __future__ import annotations

import streamlit as st

from dashboard import caching
from dashboard.audit_trail import Trail
from dashboard.components.shell import login
from dashboard.scorers import LocalScorer, Routed
from dashboard.services import Chosen, Services
from model.endpoints.endpoint_model import SECONDS_A_ROW, EndpointModel
from model.endpoints.invocations import Invocations
from model.endpoints.proven_scorer import ProvenEndpoint
from model.endpoints.rest_scorer import RestScorer
from model.endpoints.signature_schema import SignatureSchema
from model.errors import FilesGone
from model.registry.described import GONE
from model.registry.versions import Kind, Version, require_numbers
from model.scoring import LoadedModel

IN_APP = "In this app"
ROUTE = "route"


def opened(services: Services, version: Version) -> Chosen:
    """Load and prove a version, and draw the choice of routes where there is one.

    Raises
    ------
    NotAdopted
        If somebody else logged it, and no endpoint is named for it.
    BedsideError
        If it cannot be used.
    """
    if not version.scores:
        return _at_its_endpoint(services, version)
    model = caching.loaded(services, version)
    return Chosen(version, model, _scorer(services, model), _trail(services), version.kind)


def _at_its_endpoint(services: Services, version: Version) -> Chosen:
    """A version nobody adopted answers only at the endpoint the operator named for it."""
    if version.status == GONE:
        raise FilesGone(
            f"The files of {version.title} are gone from where the server says they are. Restore "
            "them, or choose another version."
        )
    named = {f"{version.study}/{version.number}", version.model_id} - {""}
    for endpoint in services.settings.endpoints:
        if endpoint.name in named:
            break
    else:
        require_numbers(version)
    address = services.registry.shown_address
    takes = caching.interface(services.registry, address, version.reference, version)
    signature = SignatureSchema.of(takes, version.study)
    model = EndpointModel(Invocations(endpoint, seconds_a_row=SECONDS_A_ROW), signature)
    return Chosen(version, model, model, _trail(services), Kind.ENDPOINT)


def _trail(services: Services) -> Trail:
    """Where what is done with it is written down, and in whose name."""
    return Trail(services.audit, login.name())


def _scorer(services: Services, model: LoadedModel) -> Routed:
    endpoints = {endpoint.name: endpoint for endpoint in services.settings.endpoints}
    if not endpoints:
        return LocalScorer(model)
    route = st.selectbox("Scoring route", [IN_APP, *endpoints], key=ROUTE)
    if route == IN_APP:
        return LocalScorer(model)
    remote = RestScorer(endpoints[route], model.schema, model.golden)
    caching.proven(remote, endpoints[route], model.digest)
    return ProvenEndpoint(remote, model)  # on every page, each of its answers
