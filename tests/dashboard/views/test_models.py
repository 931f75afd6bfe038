from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.batch import reclassification
from dashboard.components.patient import other_versions
from dashboard.components.shell import handover
from dashboard.markdown import plain
from dashboard.views import patient
from model.errors import GoldenMismatch
from model.evaluation.measured import Eligibility, Measured
from model.registry.list_query import ListQuery
from model.registry.store_copy import Notice
from model.registry.versions import Kind, Version, What
from model.scoring import LoadedModel
from tests.dashboard.fakes import FakeRegistry, read, services, show, version, words

HOSTILE = (
    "**bold** <b>html</b> [link](http://evil.example) https://evil.example www.evil.example "
    "nurse@ward.example :red[red] :material/home: $x^2$ ~~gone~~ # -> `code`"
)


def tick(page: AppTest, *rows: int) -> AppTest:
    page.session_state["models_table"] = {"selection": {"rows": [*rows], "columns": []}}
    return page.run()


def do(page: AppTest, what: str) -> AppTest:
    return page.get_by_key("do").set_value(what).run()


def table(page: AppTest, holding: str) -> pd.DataFrame:
    """The one table that has this column."""
    (found,) = (each.value for each in page.dataframe if holding in each.value.columns)
    return found


def loose(number: int, **changes: Any) -> Version:
    """A logged model that nobody registered."""
    described: dict[str, Any] = {
        "study": "ward",
        "name": f"try {number}",
        "what": What.LOGGED,
        "kind": Kind.SEEN,
        "model_id": f"m-{number:032x}",
        "estimator": "",
        "metrics": {"auc": Measured(0.8)},
    }
    return version(0, **{**described, **changes})


def run(number: int, **changes: Any) -> Version:
    """A run that logged no model."""
    described = {"what": What.RUN, "model_id": "", "run_id": f"{number:032x}"}
    return loose(number, **{**described, "name": f"run-{number}", **changes})


def test_everything_is_in_one_table_with_its_metrics_as_numbers(registry: FakeRegistry) -> None:
    registry.loose = [loose(1), run(2)]
    page = show("models", services(registry))
    assert not page.exception
    listed = table(page, "Aliases")
    assert listed["Model"].tolist() == [
        "heart-disease v2",
        "heart-disease v1 ●",
        "try 1 (m-00000000)",
        "run-2 (0000000000)",
    ]
    assert [list(each) for each in listed["Aliases"]] == [[], ["champion"], [], []]
    assert listed["State"].tolist() == ["gives numbers", "gives numbers", "not adopted", "no model"]
    assert listed["metric roc_auc"].tolist()[:2] == [0.91, 0.91]
    assert listed["metric auc"].tolist()[2:] == [0.8, 0.8]


def test_all_rows_are_drawn_on_one_axis_and_the_champion_through_all(
    registry: FakeRegistry,
) -> None:
    registry.listed[0] = replace(registry.listed[0], metrics={"roc_auc": Measured(0.7)})
    drawn = table(show("models", services(registry)), "Aliases")["plot roc_auc"]
    first, champion = (
        base64.b64decode(cell.removeprefix("data:image/svg+xml;base64,")).decode() for cell in drawn
    )
    dashed = [re.findall(r'd="M([\d.]+) 0V34"[^>]*dasharray', each) for each in (first, champion)]
    assert dashed[0] == dashed[1]  # one line, from row to row
    (place,) = dashed[0]
    assert f'cx="{place}"' in champion
    assert f'cx="{place}"' not in first
    assert "H" not in first  # no interval is known: no whisker is drawn
    assert "H" in champion


def test_quick_runs_are_marked(registry: FakeRegistry) -> None:
    registry.listed[0] = replace(registry.listed[0], parameters={"repeats": "1"}, digest="0" * 64)
    page = tick(show("models", services(registry)), 0)
    assert table(page, "Aliases")["State"].tolist() == ["quick run", "gives numbers"]
    do(page, "Promote")
    assert "Quick run: its metrics come from 1 repeat of cross-validation" in words(page)


def test_the_version_in_use_is_described_until_another_is_ticked(registry: FakeRegistry) -> None:
    page = show("models", services(registry))
    assert "**heart-disease v1 · baseline**" in words(page)
    assert page.get_by_key("use").disabled
    tick(page, 0)
    assert "**heart-disease v2 · logistic**" in words(page)
    assert not page.get_by_key("use").disabled


def test_use_switches_the_version(registry: FakeRegistry) -> None:
    page = tick(show("models", services(registry)), 0)
    page.get_by_key("use").click().run()
    assert page.get_by_key("version").value == 2
    assert page.query_params["version"] == "2"
    assert table(page, "Aliases")["Model"].tolist() == ["heart-disease v2 ●", "heart-disease v1"]


def test_a_model_of_somebody_else_s_says_what_it_needs(registry: FakeRegistry) -> None:
    registry.loose = [loose(1), loose(2, status="its files are gone"), run(3)]
    page = tick(show("models", services(registry)), 2)
    assert "nobody adopted it yet" in words(page)
    assert page.code[0].value == f"python -m model adopt models:/m-{1:032x}"
    tick(page, 3)
    assert "Its files are gone" in page.error[0].value
    assert not page.code
    tick(page, 4)
    assert "logged no model" in page.info[0].value


def test_several_are_adopted_by_one_command_each(registry: FakeRegistry) -> None:
    odd = version(1, study="Heart model (v2)", kind=Kind.SEEN, model_id="m-odd", run_id="")
    registry.loose = [replace(odd, study="o'brien"), odd, run(3)]
    page = do(tick(show("models", services(registry)), 0, 2, 3, 4), "Adopt")
    assert page.code[0].value.splitlines() == [
        """python -m model adopt 'models:/o'"'"'brien/1'""",
        "python -m model adopt 'models:/Heart model (v2)/1'",
    ]
    said = read(words(page))
    assert "heart-disease v2: gives numbers already." in said
    assert "it logged no model." in said


def test_a_row_ticked_before_a_version_was_deleted_does_no_harm(registry: FakeRegistry) -> None:
    page = tick(show("models", services(registry)), 1)
    import streamlit as st

    registry.listed.pop(0)
    st.cache_data.clear()
    page.run()
    assert not page.exception
    assert "**heart-disease v1 · baseline**" in words(page)


def test_rows_come_a_page_at_a_time(registry: FakeRegistry) -> None:
    registry.listed, registry.loose = registry.listed[1:], [run(number) for number in range(119)]
    page = show("models", services(registry))
    page.get_by_key("models.next").click().run()
    page.get_by_key("models.next").click().run()
    tokens = [cursor.token if cursor else None for _, cursor in registry.asked]
    assert tokens == [None, "50", "100"]
    assert table(page, "Aliases")["Model"].iloc[-1] == "run-118 (0000000000)"
    assert page.get_by_key("models.next").disabled
    page.get_by_key("models.back").click().run()
    assert table(page, "Aliases")["Model"].iloc[0].startswith("run-49")
    page.get_by_key("find").set_value("run-7").run()  # another question: its first page
    assert registry.asked[-1] == (ListQuery(named="run-7"), None)
    assert len(table(page, "Aliases")) == 11


def test_every_filter_stands_in_the_address_and_is_asked_of_the_server(
    registry: FakeRegistry,
) -> None:
    address = {"show": "Runs", "metric": "brier", "limit": "0.12", "order": "best first"}
    page = show("models", services(registry), **address, unfinished="true")
    assert not page.exception
    expected = ListQuery(
        metric="brier", at_most=0.12, best_first=True, unfinished=True, kinds=(What.RUN,)
    )
    assert registry.asked[-1] == (expected, None)


def test_nothing_found_is_said_and_not_that_there_is_nothing(registry: FakeRegistry) -> None:
    page = show("models", services(registry))
    page.get_by_key("find").set_value("no such name").run()
    assert "Nothing on this server matches." in page.info[0].value


@pytest.mark.parametrize(
    ("sought", "count"),
    [("splines", 55), ("FOREST", 55), ("v150", 1), ("splines v151", 1), ("ward b7", 110)],
)
def test_a_search_looks_at_what_versions_say_of_themselves(sought: str, count: int) -> None:
    versions = [
        version(
            number,
            estimator="splines" if number % 2 else "forest",
            tags={"ward": "B7"},
        )
        for number in range(210, 100, -1)
    ]
    assert sum(map(ListQuery(named=sought).holds, versions)) == count


def test_a_metric_filters_by_what_was_measured() -> None:
    versions = [version(n, metrics={"brier": Measured(n / 1000, 0.1, 0.2)}) for n in range(1, 20)]
    query = ListQuery(metric="brier", at_most=0.01)
    assert [each.number for each in versions if query.holds(each)] == [*range(1, 11)]


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


def test_two_are_taken_to_the_patient_and_to_a_file(registry: FakeRegistry) -> None:
    page = do(tick(show("models", services(registry)), 0, 1), "One patient under all")
    page.get_by_key("together.patient").click().run()
    assert page.get_by_key("version").value == 2
    assert page.session_state["other_versions"] == ["v1 baseline · champion"]
    do(page, "Score a file with all")
    assert [line.split("--output")[0] for line in page.code[0].value.splitlines()] == [
        "python -m model score FILE --model models:/m-2 ",
        "python -m model score FILE --model models:/m-1 ",
    ]
    page.get_by_key("together.file").click().run()
    assert page.session_state["batch.second"] == "v1 baseline · champion"


def test_one_that_gives_no_number_is_left_out_with_the_reason(registry: FakeRegistry) -> None:
    registry.loose = [loose(1)]
    page = do(tick(show("models", services(registry)), 0, 2), "One patient under all")
    assert "is left out: nobody adopted it yet." in read(words(page))
    assert "Tick at least two versions that give numbers." in page.info[0].value


class TestComparison:
    @pytest.fixture
    def page(self, registry: FakeRegistry) -> AppTest:
        page = do(tick(show("models", services(registry)), 1, 0), "Compare")
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


def test_models_nobody_opened_are_compared_by_what_was_logged(registry: FakeRegistry) -> None:
    registry.loose = [
        loose(1, parameters={"C": "1", "solver": "lbfgs"}),
        loose(2, parameters={"C": "2", "solver": "lbfgs"}),
    ]
    page = do(tick(show("models", services(registry)), 2, 3), "Compare")
    metrics, parameters = (each.value for each in page.dataframe if "" in each.value.columns)
    assert metrics.iloc[0].tolist() == ["auc", "0.800", "0.800"]
    assert parameters.to_numpy().tolist() == [["C", "1", "2"]]


class TestPromotion:
    def test_where_it_is_not_allowed_the_same_box_says_whom_to_ask(
        self, registry: FakeRegistry
    ) -> None:
        page = do(tick(show("models", services(registry)), 0), "Promote")
        assert not [each for each in page.button if each.key == "promotion.promote"]
        said = read(words(page))
        assert "golden patients got the answers recorded with it" in said
        assert "set BEDSIDE_ALLOW_PROMOTION=true" in said
        assert page.code[0].value == 'python -m model promote models:/m-2 --reason "…"'

    def test_the_box_says_what_was_checked_and_who_is_affected(
        self, registry: FakeRegistry, loaded: dict[str, LoadedModel]
    ) -> None:
        page = do(tick(show("models", services(registry, allow_promotion=True)), 0), "Promote")
        said = read(words(page))
        held, new = loaded["baseline"], loaded["logistic"]
        before, after = (m.assess(held.golden.rows).risk >= 0.2 for m in (held, new))
        moved = int((before != after).sum())
        assert f"{moved} change sides of your threshold of 20 %" in said
        assert "gets v2 instead of v1" in said
        tick(page, 1)
        assert "Nobody: heart-disease v1 is the champion already." in read(words(page))

    def test_a_store_that_is_read_through_a_copy_is_not_promoted_in(
        self, registry: FakeRegistry
    ) -> None:
        registry.notice = Notice("The store was written by MLflow 2.9.2.", ("cp a b",))
        page = do(tick(show("models", services(registry, allow_promotion=True)), 0), "Promote")
        assert not [each for each in page.button if each.key == "promotion.promote"]
        assert "written by MLflow 2.9.2" in read(words(page))

    def test_a_version_that_is_not_what_was_logged_is_not_offered(
        self, registry: FakeRegistry
    ) -> None:
        registry.models["m-2"] = GoldenMismatch("It does not reproduce its own numbers.")
        page = do(tick(show("models", services(registry, allow_promotion=True)), 0), "Promote")
        assert "It cannot be promoted." in page.error[0].value
        assert not [each for each in page.button if each.key == "promotion.promote"]

    def test_it_needs_a_reason_moves_the_alias_and_goes_back_in_one_step(
        self, registry: FakeRegistry
    ) -> None:
        page = do(tick(show("models", services(registry, allow_promotion=True)), 0), "Promote")
        assert page.get_by_key("promotion.promote").disabled
        page.get_by_key("promotion.reason").set_value("better calibrated").run()
        page.get_by_key("promotion.promote").click().run()
        assert "heart-disease v2 is champion now." in read(page.success[0].value)
        assert [list(each) for each in table(page, "Aliases")["Aliases"]] == [["champion"], []]
        made = table(page, "Reason").iloc[0]
        assert made[["Alias", "To", "From", "Who", "Reason"]].tolist() == [
            "champion",
            "v2",
            "v1",
            "local",
            "better calibrated",
        ]
        page.get_by_key("promotion.reason").set_value("worse at night").run()
        page.get_by_key("promotion.back").click().run()
        assert [list(each) for each in table(page, "Aliases")["Aliases"]] == [[], ["champion"]]
        reasons = table(page, "Reason")["Reason"].tolist()
        assert sorted(reasons) == ["better calibrated", "worse at night"]


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


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "Brier score is not worse: difference +0.0048 [-0.0010, +0.0100].",
            "Brier score +0.0048 [-0.0010, +0.0100]: no clear difference.",
        ),
        (
            "log-loss is not worse: difference -0.0200 [-0.0300, -0.0100].",
            "log-loss -0.0200 [-0.0300, -0.0100]: lower, which is better.",
        ),
        (
            "There is no champion yet to compare with.",
            "There was no champion to compare it with.",
        ),
    ],
)
def test_a_sentence_says_no_more_than_the_number_beside_it(
    registry: FakeRegistry, written: str, said: str
) -> None:
    verdict = Eligibility("", True, (written,))
    registry.listed = [replace(each, eligibility=verdict) for each in registry.listed]
    assert said in read(words(show("models", services(registry))))


def test_what_is_laid_ready_for_other_pages_has_the_keys_of_their_widgets() -> None:
    assert handover.OTHER_VERSIONS == other_versions.KEY
    assert handover.MOST_OTHERS == other_versions.MOST
    assert handover.VERSIONS in patient.MORE
    assert handover.SECOND_VERSION == reclassification.SECOND
