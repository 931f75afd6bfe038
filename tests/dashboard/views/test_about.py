from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from model.errors import BundleRefused
from model.evaluation.glossary import glossary
from model.evaluation.wording import METRICS
from model.scoring import LoadedModel, bundle
from model.scoring.bundle import Manifest
from model.studies import Study
from tests import adopted
from tests.dashboard.fakes import FakeRegistry, read, services, show, version, words


def test_the_card_of_the_version_is_told_in_full(registry: FakeRegistry, study: Study) -> None:
    page = show("about", services(registry))
    assert not page.exception
    said = words(page)
    for text in (
        study.intended_use,
        study.intended_users,
        study.population,
        *study.out_of_scope,
        *study.limits,
        study.source.citation.partition("https://doi.org")[0],
        "[https://doi.org/10.24432/C52P4X](https://doi.org/10.24432/C52P4X)",
        "Research use; not a medical device.",
        "A *made-up* estimator.",
        "heart-disease v1 (m-1), trained 2024-02-29 12:00 UTC at commit 000000000000",
    ):
        assert text in said


def test_every_metric_and_term_of_the_pages_is_explained(registry: FakeRegistry) -> None:
    said = words(show("about", services(registry)))
    for term in (*METRICS.values(), "Decision threshold", "Submodel", "Against expectation"):
        assert f"{term}: {glossary()[term]}." in said


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ("registry", "exact Shapley values over the clinical inputs"),
        (
            "of_forest",
            "Shapley values over the clinical inputs, by TreeExplainer of the shap library",
        ),
    ],
)
def test_it_says_how_the_contributions_of_this_version_come_about(
    request: pytest.FixtureRequest, offered: str, said: str
) -> None:
    page = show("about", services(request.getfixturevalue(offered)))
    assert f"The contributions are {said}" in words(page)


def test_without_a_usable_version_it_says_why(registry: FakeRegistry) -> None:
    registry.models["m-1"] = BundleRefused("The model's files are not there.")
    page = show("app", services(registry))
    assert [read(each.value) for each in page.error] == ["The model's files are not there."]


def test_of_a_card_that_lacks_parts_it_says_which_and_what_to_do(registry: FakeRegistry) -> None:
    page = show("about", services(registry))
    page.toggle(key="about.whole").set_value(True).run()
    assert not page.exception
    assert [read(each.value) for each in page.error] == [
        "The whole card cannot be shown (model_card.json: outcome is missing). Train the model "
        "again to have it."
    ]


def test_an_adopted_version_shows_its_certificate_and_every_hash(
    manifest: Manifest, bundle_files: Callable[[str], dict[str, bytes]], tmp_path: Path
) -> None:
    digest = bundle.write(tmp_path / "bundle", manifest, adopted.files(bundle_files("baseline")))
    only = LoadedModel.open(tmp_path / "bundle", digest)
    offered = FakeRegistry(listed=[version(1, digest)], models={"m-1": only})
    page = show("about", services(offered))
    assert not page.exception
    certificate, files = (table.value for table in page.dataframe)
    assert dict(certificate.to_numpy().tolist()) == {
        "Original": "models:/ward-score/2",
        "It was read as": "a sum",
        "Patients compared": "10,020",
        "Of those, logged with it": "5",
        "Largest difference in risk": "2.5e-16",
        "Difference allowed": "1e-09",
        "Left blank in some": "chol",
        "Opened with": "python 3.11.7, sklearn 1.9.1",
    }
    assert dict(files.to_numpy().tolist()) == {"MLmodel": "cd" * 32, "model.pkl": "ab" * 32}
