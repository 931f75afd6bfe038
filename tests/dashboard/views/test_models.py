from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.markdown import plain
from model.evaluation.measured import Eligibility, Measured
from model.registry.runs import Run, RunQuery
from model.registry.versions import State
from model.scoring import LoadedModel
from tests.dashboard.fakes import FakeRegistry, read, services, show, version, words

HOSTILE = (
    "**bold** <b>html</b> [link](http://evil.example) https://evil.example www.evil.example "
    "nurse@ward.example :red[red] :material/home: $x^2$ ~~gone~~ # -> `code`"
)


def tick(page: AppTest, row: int) -> AppTest:
    page.session_state["versions_table"] = {"selection": {"rows": [row], "columns": []}}
    return page.run()


def runs(page: AppTest) -> AppTest:
    page.get_by_key("models.shown").set_value("Training runs")
    return page.run()


def table(page: AppTest, holding: str) -> pd.DataFrame:
    """The one table that has this column."""
    (found,) = (each.value for each in page.dataframe if holding in each.value.columns)
    return found


def test_every_version_is_listed_with_its_metrics(registry: FakeRegistry) -> None:
    page = show("models", services(registry))
    listed = table(page, "Aliases")
    assert listed["Version"].tolist() == ["2", "1 ●"]
    assert listed["Aliases"].tolist() == ["", "champion"]
    assert listed["AUC"].tolist() == ["0.910 [0.870, 0.940]"] * 2
    assert listed["State"].tolist() == ["ready", "ready"]


def test_the_version_in_use_is_described_until_another_is_ticked(registry: FakeRegistry) -> None:
    page = show("models", services(registry))
    assert "**heart-disease v1** · baseline" in words(page)
    assert page.get_by_key("use").disabled
    tick(page, 0)
    assert "**heart-disease v2** · logistic" in words(page)
    assert not page.get_by_key("use").disabled


def test_use_switches_the_version(registry: FakeRegistry) -> None:
    page = tick(show("models", services(registry)), 0)
    page.get_by_key("use").click().run()
    assert page.get_by_key("version").value == 2
    assert dict(page.query_params) == {"version": "2"}
    assert table(page, "Aliases")["Version"].tolist() == ["2 ●", "1"]


def test_a_foreign_version_is_listed_and_says_what_it_needs(registry: FakeRegistry) -> None:
    registry.listed.insert(0, version(3, state=State.FOREIGN, estimator="", metrics={}))
    page = tick(show("models", services(registry)), 0)
    assert table(page, "Aliases")["State"].iloc[0] == "needs an endpoint: carries its own code"
    assert "carries its own code, which this app does not run" in words(page)
    page.get_by_key("use").click().run()
    assert "python -m model serve models:/m-3" in read(words(page))


def test_a_foreign_version_chosen_in_the_sidebar_says_why_it_gives_no_number(
    registry: FakeRegistry,
) -> None:
    registry.listed.insert(0, version(3, state=State.FOREIGN, estimator="", metrics={}))
    page = show("app", services(registry))
    page.get_by_key("version").set_value(3).run()
    assert "this app runs nobody else's code" in read(page.error[0].value)
    assert not page.number_input


def test_a_row_ticked_before_a_version_was_deleted_does_no_harm(registry: FakeRegistry) -> None:
    page = tick(show("models", services(registry)), 1)
    import streamlit as st

    registry.listed.pop(0)
    st.cache_data.clear()
    page.run()
    assert not page.exception
    assert "**heart-disease v1** · baseline" in words(page)


def test_training_runs_are_listed(registry: FakeRegistry) -> None:
    started = datetime(2024, 2, 29, 12, tzinfo=UTC)
    registry.trained.append(
        Run("r" * 32, HOSTILE, started, "logistic", "somebody", {"roc_auc": 0.9, "brier": 0.12})
    )
    page = runs(show("models", services(registry)))
    listed = table(page, "Run id")
    # A table shows text as text; nothing in it is ever read as Markdown.
    assert listed["Run"].tolist() == [HOSTILE]
    assert listed["AUC"].tolist() == ["0.900"]


def trained(number: int) -> Run:
    started = datetime(2024, 2, 29, 12, tzinfo=UTC)
    return Run(f"{number:032x}", f"run-{number}", started, "logistic", "", {"roc_auc": 0.9})


def test_runs_come_a_page_at_a_time_and_only_when_they_are_shown(registry: FakeRegistry) -> None:
    registry.trained = [trained(number) for number in range(120)]
    page = show("models", services(registry))
    assert registry.asked == []
    runs(page)
    assert [token for _, token in registry.asked] == [None]
    assert table(page, "Run id")["Run"].tolist() == [f"run-{number}" for number in range(50)]
    page.get_by_key("runs.next").click().run()
    page.get_by_key("runs.next").click().run()
    assert [token for _, token in registry.asked] == [None, "50", "100"]
    assert table(page, "Run id")["Run"].iloc[-1] == "run-119"
    assert page.get_by_key("runs.next").disabled
    page.get_by_key("runs.back").click().run()
    assert table(page, "Run id")["Run"].iloc[0] == "run-50"
    page.get_by_key("runs.named").set_value("run-7").run()  # another question: its first page
    assert registry.asked[-1] == (RunQuery("heart-disease", named="run-7"), None)
    assert table(page, "Run id")["Run"].tolist() == ["run-7", *(f"run-7{at}" for at in range(10))]


def test_runs_are_filtered_and_ordered_by_a_metric_at_the_server(registry: FakeRegistry) -> None:
    registry.trained = [trained(1)]
    page = runs(show("models", services(registry)))
    page.get_by_key("runs.metric").set_value("brier").run()
    page.get_by_key("runs.limit").set_value(0.12)
    page.get_by_key("runs.order").set_value("best first")
    page.get_by_key("runs.unfinished").set_value(True)
    page.run()
    assert registry.asked[-1][0] == RunQuery(
        "heart-disease", metric="brier", at_most=0.12, best_first=True, unfinished=True
    )


def test_the_run_is_asked_for_when_it_is_shown(registry: FakeRegistry) -> None:
    page = show("models", services(registry))
    assert not [each for each in page.dataframe if "Parameter" in each.value.columns]
    page.get_by_key("version.parameters").set_value(True).run()
    assert table(page, "Parameter").to_numpy().tolist() == [["repeats", "20"]]


def test_logged_models_are_listed_registered_or_not(registry: FakeRegistry) -> None:
    page = show("models", services(registry))
    assert registry.pages == []
    page.get_by_key("models.shown").set_value("Logged models").run()
    versions = table(page, "Model id").set_index("Model id")["Version"]
    assert versions.to_dict() == {
        "m-1": "v1",
        "m-2": "v2",
        "m-loose": "not registered or not finished",
    }
    page.get_by_key("logged.next").click().run()
    assert registry.pages == [None, "next"]


def test_a_version_s_tags_inputs_and_card_are_shown(registry: FakeRegistry) -> None:
    registry.listed = [replace(each, tags={"ward": HOSTILE}) for each in registry.listed]
    page = show("models", services(registry))
    assert table(page, "Tag").to_numpy().tolist() == [["ward", HOSTILE]]
    page.get_by_key("version.card").set_value(True).run()
    inputs = table(page, "Input").set_index("Column")
    assert len(inputs) == 13
    assert inputs.loc["chol", ["Unit", "Needed"]].tolist() == ["mg/dL", ""]
    assert inputs.loc["age", "Needed"] == "needed"
    assert "Intended use" in words(page)
    assert "not a medical device" in read(words(page))


class TestManyVersions:
    @pytest.fixture
    def page(self, registry: FakeRegistry) -> AppTest:
        registry.listed[:0] = [
            version(
                number,
                estimator="splines" if number % 2 else "forest",
                metrics={"brier": Measured(number / 1000, 0.1, 0.2)},
            )
            for number in range(210, 100, -1)
        ]
        return show("models", services(registry))

    @pytest.mark.parametrize(
        ("sought", "count"),
        [("splines", 55), ("FOREST", 55), ("v150", 1), ("splines v151", 1), ("nothing", 0)],
    )
    def test_a_search_looks_at_what_versions_say_of_themselves(
        self, page: AppTest, sought: str, count: int
    ) -> None:
        page.get_by_key("versions.sought").set_value(sought).run()
        if count:
            assert len(table(page, "Aliases")) == count
            assert f"{count} of 112 versions" in words(page)
        else:
            assert "No version answers to that." in page.info[0].value

    def test_a_metric_filters_by_what_is_better(self, page: AppTest) -> None:
        page.get_by_key("versions.metric").set_value("brier").run()
        page.get_by_key("versions.limit").set_value(0.11).run()
        assert table(page, "Aliases")["Version"].tolist() == [str(n) for n in range(110, 100, -1)]

    def test_a_row_is_ticked_among_those_found(self, page: AppTest) -> None:
        page.get_by_key("versions.sought").set_value("v150").run()
        tick(page, 0)
        assert "**heart-disease v150**" in read(words(page))


class TestComparison:
    @pytest.fixture
    def page(self, registry: FakeRegistry) -> AppTest:
        page = show("models", services(registry))
        page.get_by_key("comparison.m-1").set_value("v2 logistic").run()
        assert not page.exception
        return page

    def test_metrics_differ_with_an_interval_of_the_difference(self, page: AppTest) -> None:
        compared = table(page, "v2 less v1 [95 % interval]").set_index("Metric")
        first, second, change = compared.loc["Brier score"]
        told = re.fullmatch(r"([+-][\d.]+) \[([+-][\d.]+), ([+-][\d.]+)\]", change)
        assert told is not None
        value, low, high = map(float, told.groups())
        assert value == pytest.approx(float(second) - float(first), abs=0.0011)
        assert low <= value <= high

    def test_what_moves_them_is_drawn_and_told(self, page: AppTest) -> None:
        (chart,) = page.get("plotly_chart")
        assert chart.proto.alt.startswith("Mean size of each input's contribution in v1 and in v2")

    def test_settings_that_differ_are_listed(self, page: AppTest) -> None:
        settings = table(page, "Setting").set_index("Setting")
        assert settings.loc["Estimator"].tolist() == ["baseline", "logistic"]
        assert "Data sha256" not in settings.index  # both learned from the same table


class TestPromotion:
    def test_it_is_not_offered_where_the_operator_does_not_allow_it(
        self, registry: FakeRegistry
    ) -> None:
        page = tick(show("models", services(registry)), 0)
        assert not [each for each in page.button if each.key == "promotion.promote"]

    def test_it_needs_a_reason_moves_the_alias_and_goes_back_in_one_step(
        self, registry: FakeRegistry
    ) -> None:
        page = tick(show("models", services(registry, allow_promotion=True)), 0)
        assert page.get_by_key("promotion.promote").disabled
        page.get_by_key("promotion.reason").set_value("better calibrated").run()
        page.get_by_key("promotion.promote").click().run()
        assert "heart-disease v2 is champion now." in read(page.success[0].value)
        assert table(page, "Aliases")["Aliases"].tolist() == ["champion", ""]
        assert "by local, instead of v1: better calibrated" in read(words(page))
        page.get_by_key("promotion.reason").set_value("worse at night").run()
        page.get_by_key("promotion.back").click().run()
        assert table(page, "Aliases")["Aliases"].tolist() == ["", "champion"]


class TestOutsideText:
    """What somebody wrote on the tracking server is shown letter by letter."""

    @pytest.fixture
    def page(self, registry: FakeRegistry, loaded: dict[str, LoadedModel]) -> AppTest:
        registry.listed[0] = version(
            2,
            loaded["logistic"].digest,
            estimator=HOSTILE,
            description=HOSTILE,
            author=HOSTILE,
            aliases=(HOSTILE,),
        )
        page = show("models", services(registry))
        page.get_by_key("version").set_value(2).run()
        assert not page.exception
        return page

    def test_a_description_is_plain_text(self, page: AppTest) -> None:
        assert [each.value for each in page.text] == [HOSTILE]

    def test_elsewhere_every_mark_is_escaped_and_every_link_broken(self, page: AppTest) -> None:
        shown = [each.value for each in page.markdown if "evil" in each.value]
        assert len(shown) == 2  # the title of the details, the badge in the sidebar
        assert all(plain(HOSTILE) in markdown for markdown in shown)
        assert all(HOSTILE in read(markdown) for markdown in shown)

    def test_tables_hold_it_unchanged(self, page: AppTest) -> None:
        origin: Any = table(page, "Origin").set_index("Origin")["Value"]
        assert origin["Author"] == HOSTILE


@pytest.mark.parametrize(
    ("eligible", "said"),
    [(True, "Eligible as champion against v1"), (False, "Not eligible as champion against v1")],
)
def test_a_version_says_whether_it_may_be_champion_and_why(
    registry: FakeRegistry, eligible: bool, said: str
) -> None:
    verdict = Eligibility("v1", eligible, ("Calibration slope 1.05 is within 0.95 to 1.10.",))
    registry.listed = [replace(each, eligibility=verdict) for each in registry.listed]

    page = show("models", services(registry))

    assert said in words(page)
    assert "Calibration slope 1.05" in words(page)
