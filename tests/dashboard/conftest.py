"""Two models in memory, and the services that offer them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from model.scoring import LoadedModel, bundle
from model.scoring.bundle import Manifest
from model.studies import Study
from tests.dashboard.fakes import FakeRegistry, version


@pytest.fixture(autouse=True)
def _no_cache_survives() -> Iterator[None]:
    """Streamlit's caches belong to the process; a test must not see another's."""
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def card(study: Study) -> bytes:
    """A model card with every part the About page reads."""
    return json.dumps(
        {
            "title": study.title,
            "metrics": {},
            "intended_use": study.intended_use,
            "intended_users": study.intended_users,
            "out_of_scope": list(study.out_of_scope),
            "population": study.population,
            "limits": list(study.limits),
            "estimator": {"name": "logistic", "about": "A *made-up* estimator."},
            "data": {"citation": study.source.citation, "licence": study.source.licence},
            "provenance": {"parameters": {"repeats": "1"}},
        }
    ).encode()


@pytest.fixture(scope="session")
def loaded(
    manifest: Manifest,
    bundle_files: Callable[[str], dict[str, bytes]],
    card: bytes,
    evaluated: Callable[[str], dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, LoadedModel]:
    """A loaded model for each estimator, through a bundle on disk."""
    opened = {}
    for name in ("baseline", "logistic", "reference", "forest"):
        folder: Path = tmp_path_factory.mktemp("bundles") / name
        files = {**bundle_files(name), "model_card.json": card}
        files["evaluation.json"] = json.dumps(evaluated(name)).encode()
        digest = bundle.write(folder, replace(manifest, estimator=name), files)
        opened[name] = LoadedModel.open(folder, digest)
    return opened


@pytest.fixture
def of_reference(loaded: dict[str, LoadedModel]) -> FakeRegistry:
    """Version 1 is `reference`, with a submodel for every set of missing tests."""
    only = loaded["reference"]
    return FakeRegistry(
        listed=[version(1, only.digest, estimator="reference", aliases=("champion",))],
        models={"m-1": only},
    )


@pytest.fixture
def of_forest(loaded: dict[str, LoadedModel]) -> FakeRegistry:
    """Version 1 is `forest`, which is no sum."""
    only = loaded["forest"]
    return FakeRegistry(
        listed=[version(1, only.digest, estimator="forest", aliases=("champion",))],
        models={"m-1": only},
    )


@pytest.fixture
def registry(loaded: dict[str, LoadedModel]) -> FakeRegistry:
    """Version 1 is `baseline`, the champion; version 2 is `logistic`."""
    first, second = loaded["baseline"], loaded["logistic"]
    return FakeRegistry(
        listed=[
            version(2, second.digest, estimator="logistic"),
            version(1, first.digest, estimator="baseline", aliases=("champion",)),
        ],
        models={"m-1": first, "m-2": second},
    )
