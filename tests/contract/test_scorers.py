"""One contract for every way to an answer, over all patients of the UCI study."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.scorers import LocalScorer, Routed
from dashboard.settings import Endpoint
from model.endpoints.rest_scorer import RestScorer
from model.errors import EndpointMismatch
from model.registry.registry import Registry
from model.scoring import Assessment, LoadedModel, bundle, estimator_file
from model.studies import Study
from model.studies import cohort as cohorts
from tests.servers import Server
from tests.stores import Store

pytestmark = pytest.mark.server

EXACT = 1e-12


@pytest.fixture(scope="module")
def everybody(study: Study) -> pd.DataFrame:
    """The 920 patients of all four sites."""
    table = cohorts.read(study)
    sites = [table.site(original.site).rows for original in study.source.originals]
    rows = pd.concat(sites, ignore_index=True)
    assert len(rows) == 920
    return rows


@pytest.fixture(scope="module")
def champion(store: Store) -> LoadedModel:
    registry = Registry(store.uri)
    return registry.load(registry.resolve("models:/heart-disease@champion"))


@pytest.fixture(scope="module")
def estimator_s_risks(store: Store, champion: LoadedModel, everybody: pd.DataFrame) -> object:
    """What the fitted scikit-learn estimator itself says."""
    folder = store.bundle(store.printed[0]["model_id"])
    fitted = estimator_file.load(bundle.read(folder, champion.digest).files["estimator.skops"])
    return fitted.predict_proba(everybody)[:, 1]


@pytest.fixture(params=["local", "rest"])
def scorer(request: pytest.FixtureRequest, champion: LoadedModel) -> Routed:
    if request.param == "local":
        return LocalScorer(champion)
    served: Server = request.getfixturevalue("served")
    return RestScorer(Endpoint("ward", served.url), champion.schema, champion.golden)


def same(one: Assessment, other: Assessment) -> None:
    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame(), rtol=0, atol=EXACT)


def test_every_patient_gets_the_risk_the_estimator_gives(
    scorer: Routed, everybody: pd.DataFrame, estimator_s_risks: object
) -> None:
    answer = scorer.assess(everybody)
    np.testing.assert_allclose(answer.risk, estimator_s_risks, rtol=0, atol=EXACT)


def test_every_patient_gets_the_same_answer_on_every_route(
    scorer: Routed, champion: LoadedModel, everybody: pd.DataFrame
) -> None:
    same(scorer.assess(everybody, explain=True), champion.assess(everybody, explain=True))


def test_risks_are_finite_and_lie_between_0_and_1(scorer: Routed, everybody: pd.DataFrame) -> None:
    risk = scorer.assess(everybody).risk
    assert np.isfinite(risk).all()
    assert ((risk >= 0) & (risk <= 1)).all()


def test_base_and_contributions_add_up_to_the_risk(scorer: Routed, everybody: pd.DataFrame) -> None:
    answer = scorer.assess(everybody, explain=True)
    assert answer.explanation is not None
    log_odds = answer.explanation.base + answer.explanation.contributions.sum(axis=1)
    np.testing.assert_allclose(answer.risk, 1 / (1 + np.exp(-log_odds)), rtol=0, atol=EXACT)


def test_the_order_asked_is_the_order_answered(scorer: Routed, everybody: pd.DataFrame) -> None:
    turned = scorer.assess(everybody[::-1], explain=True)
    forth = scorer.assess(everybody, explain=True)
    np.testing.assert_allclose(turned.risk[::-1], forth.risk, rtol=0, atol=EXACT)
    assert turned.explanation is not None
    assert forth.explanation is not None
    np.testing.assert_allclose(
        turned.explanation.contributions[::-1],
        forth.explanation.contributions,
        rtol=0,
        atol=EXACT,
    )


@pytest.mark.parametrize("at", [0, 302, 500, 919])
def test_one_patient_alone_gets_the_answer_got_among_many(
    scorer: Routed, everybody: pd.DataFrame, at: int
) -> None:
    alone = scorer.assess(everybody.iloc[[at]], explain=True).to_frame()
    among = scorer.assess(everybody, explain=True).to_frame().iloc[[at]]
    pd.testing.assert_frame_equal(alone, among.reset_index(drop=True), rtol=0, atol=EXACT)


def test_a_patient_without_any_test_is_scored(
    scorer: Routed, champion: LoadedModel, everybody: pd.DataFrame
) -> None:
    bare = everybody.head(2)[list(champion.schema.required)]
    blank = bare.reindex(columns=list(champion.schema.names))
    same(scorer.assess(bare, explain=True), champion.assess(blank, explain=True))


def test_other_columns_and_their_order_do_not_matter(
    scorer: Routed, everybody: pd.DataFrame
) -> None:
    turned = everybody.head(3)[everybody.columns[::-1]].assign(name="=cmd()", num=1.0)
    same(scorer.assess(turned), scorer.assess(everybody.head(3)))


def test_nobody_gets_no_answer(scorer: Routed, everybody: pd.DataFrame) -> None:
    assert len(scorer.assess(everybody.head(0), explain=True).risk) == 0


@pytest.mark.parametrize("explain", [False, True])
def test_reasons_come_when_asked_for(
    scorer: Routed, everybody: pd.DataFrame, explain: bool
) -> None:
    answer = scorer.assess(everybody.head(3), explain=explain)
    assert (answer.explanation is not None) == explain


def test_the_patients_handed_in_are_not_edited(scorer: Routed, everybody: pd.DataFrame) -> None:
    before = everybody.copy(deep=True)
    scorer.assess(everybody, explain=True)
    pd.testing.assert_frame_equal(everybody, before)


def test_the_route_says_where_the_number_comes_from(scorer: Routed) -> None:
    assert scorer.route == ("in this app" if isinstance(scorer, LocalScorer) else "endpoint ward")


def test_an_endpoint_is_verified_against_every_golden_patient(
    served: Server, champion: LoadedModel
) -> None:
    RestScorer(Endpoint("ward", served.url), champion.schema, champion.golden).verify()


def test_an_endpoint_of_another_version_is_told_apart(
    served: Server, store: Store, everybody: pd.DataFrame
) -> None:
    registry = Registry(store.uri)
    other = registry.load(registry.resolve("models:/heart-disease/2"))
    scorer = RestScorer(Endpoint("ward", served.url), other.schema, other.golden)
    for ask in (scorer.verify, lambda: scorer.assess(everybody.head(1))):
        with pytest.raises(EndpointMismatch, match="The endpoint ward serves another model"):
            ask()
