from __future__ import annotations

import pytest

from model.errors import BundleRefused
from model.studies import Study
from tests.dashboard.fakes import FakeRegistry, read, services, show, words


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
        study.source.citation,
        "Research use; not a medical device.",
        "A *made-up* estimator.",
        "heart-disease v1 (m-1), trained 2024-02-29T12:00:00+00:00 at commit 000000000000",
    ):
        assert text in said


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
