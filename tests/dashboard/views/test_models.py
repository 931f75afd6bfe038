from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import plain
from model.registry import Eligibility, Run, State
from model.scoring import LoadedModel
from tests.dashboard.fakes import FakeRegistry, read, services, show, version, words

HOSTILE = (
    "**bold** <b>html</b> [link](http://evil.example) https://evil.example www.evil.example "
    "nurse@ward.example :red[red] :material/home: $x^2$ ~~gone~~ # -> `code`"
)


def tick(page: AppTest, row: int) -> AppTest:
    page.session_state["versions_table"] = {"selection": {"rows": [row], "columns": []}}
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


def test_a_foreign_version_is_listed_and_cannot_be_used(registry: FakeRegistry) -> None:
    registry.listed.insert(0, version(3, state=State.FOREIGN, estimator="", metrics={}))
    page = tick(show("models", services(registry)), 0)
    assert table(page, "Aliases")["State"].iloc[0] == "needs an endpoint: carries its own code"
    assert page.get_by_key("use").disabled
    assert "carries its own code, which this app does not run" in words(page)


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
    page = show("models", services(registry))
    listed = table(page, "Run id")
    # A table shows text as text; nothing in it is ever read as Markdown.
    assert listed["Run"].tolist() == [HOSTILE]
    assert listed["AUC"].tolist() == ["0.900"]


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
