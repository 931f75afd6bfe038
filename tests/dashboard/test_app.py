"""The frame: which version is chosen, and what happens where there is no server or no model."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import mishap, views
from dashboard.progress import Stage
from model.errors import TrackingUnavailable
from model.evaluation.measured import Measured
from model.registry.versions import Kind, What
from model.scoring import LoadedModel
from tests.dashboard.fakes import (
    ADDRESS,
    REQUIRED,
    FakeRegistry,
    FakeTrainer,
    expected,
    fill,
    number,
    read,
    services,
    show,
    version,
    words,
)

Models = dict[str, LoadedModel]
DOWN = TrackingUnavailable(f"The tracking server at {ADDRESS} does not answer. Start it.")


def seconds_later() -> None:
    """What the server listed is asked for anew every few seconds."""
    st.cache_data.clear()


class TestTheVersion:
    def test_the_champion_comes_first(self, registry: FakeRegistry) -> None:
        assert show("app", services(registry)).get_by_key("version").value == 1

    def test_without_a_champion_the_newest_that_can_be_used(self, registry: FakeRegistry) -> None:
        first, second = registry.listed[1], registry.listed[0]
        registry.listed = [
            version(3, kind=Kind.SEEN),
            second,
            version(1, first.digest),
        ]
        assert show("app", services(registry)).get_by_key("version").value == 2

    def test_the_address_picks_it(self, registry: FakeRegistry) -> None:
        assert show("app", services(registry), version="2").get_by_key("version").value == 2

    def test_an_address_that_names_no_version_is_put_right(self, registry: FakeRegistry) -> None:
        page = show("app", services(registry), version="../17")
        assert page.get_by_key("version").value == 1
        assert dict(page.query_params) == {"version": "1"}

    @pytest.mark.parametrize("asked", ["99", "m-1", "x" * 500, "<b>**2**</b>"])
    def test_a_version_that_is_not_there_is_told_with_what_is_shown_instead(
        self, registry: FakeRegistry, asked: str
    ) -> None:
        page = show("app", services(registry), version=asked)
        (told,) = (read(each.value) for each in page.warning)
        assert told.startswith(f"There is no version {asked[:60]}")
        assert told.endswith("of heart-disease here. Shown instead: v1 baseline · champion.")
        assert page.get_by_key("version").value == 1
        page.get_by_key("version").set_value(2).run()
        assert not page.warning

    def test_a_model_that_is_not_there_is_told_with_what_is_shown_instead(
        self, registry: FakeRegistry
    ) -> None:
        registry.listed += [replace(each, study="other") for each in registry.listed]
        page = show("app", services(registry), study="nothing")
        (told,) = (read(each.value) for each in page.warning)
        assert told == "There is no model named “nothing” here. Shown instead: heart-disease."
        page.get_by_key("study").set_value("other").run()
        assert not page.warning

    def test_a_page_that_is_not_there_is_told_with_what_is_shown_instead(
        self, registry: FakeRegistry
    ) -> None:
        page = show("app", services(registry), asked="nosuchpage*")
        (told,) = (read(each.value) for each in page.warning)
        assert told == "There is no page named “nosuchpage*” here. Shown instead: Patient."
        assert "asked" not in page.query_params

    @pytest.mark.parametrize("asked", ["400", "0", "-3", "fifty", "1e9", "٤٠"])
    def test_a_threshold_that_cannot_be_is_told(self, registry: FakeRegistry, asked: str) -> None:
        page = show("app", services(registry), threshold=asked)
        (told,) = (read(each.value) for each in page.sidebar.warning)
        assert told == (
            f"The address asks for a threshold of {asked} %. One can be 1 to 99 %; 20 % is used."
        )
        page.get_by_key("threshold").set_value(30).run()
        assert not page.sidebar.warning

    def test_the_threshold_begins_where_the_study_declares_it(self, registry: FakeRegistry) -> None:
        page = show("app", services(registry))
        assert page.get_by_key("threshold").value == 20
        assert page.get_by_key("threshold.needless").value == 4
        assert "The study begins at 20 %: " in words(page)

    def test_what_a_missed_patient_is_worth_moves_the_threshold(
        self, registry: FakeRegistry
    ) -> None:
        page = show("app", services(registry))
        page.get_by_key("threshold.needless").set_value(9.0).run()
        assert page.get_by_key("threshold").value == 10
        assert dict(page.query_params)["threshold"] == "10"
        page.get_by_key("threshold").set_value(50).run()
        assert page.get_by_key("threshold.needless").value == 1
        assert "Of 100 patients of its evaluation, that finds" in words(page)

    def test_the_address_goes_before_where_the_study_begins(self, registry: FakeRegistry) -> None:
        page = show("app", services(registry), threshold="35")
        assert page.get_by_key("threshold").value == 35

    def test_the_address_picks_the_study_too(self, registry: FakeRegistry) -> None:
        registry.listed += [replace(each, study="other") for each in registry.listed]
        page = show("app", services(registry), study="other", version="2")
        assert page.get_by_key("study").value == "other"
        assert page.get_by_key("version").value == 2
        assert dict(page.query_params) == {"study": "other", "version": "2"}

    def test_another_study_begins_with_its_own_champion(self, registry: FakeRegistry) -> None:
        registry.listed += [replace(each, study="other") for each in registry.listed]
        page = show("app", services(registry), version="2")
        page.get_by_key("study").set_value("other").run()
        assert page.get_by_key("version").value == 1

    def test_a_champion_named_meanwhile_is_told_and_the_session_stays(
        self, registry: FakeRegistry
    ) -> None:
        page = show("app", services(registry))
        assert not page.sidebar.info
        newest, oldest = registry.listed
        registry.listed = [replace(newest, aliases=("champion",)), replace(oldest, aliases=())]
        st.cache_data.clear()  # which happens by itself within seconds
        page.run()
        assert page.get_by_key("version").value == 1
        assert "heart-disease v2 is the champion now. You go on with v1." in read(
            page.sidebar.info[0].value
        )
        page.get_by_key("newer_champion.use").click().run()
        assert page.get_by_key("version").value == 2
        assert not [each for each in page.button if each.key == "newer_champion.use"]

    def test_the_sidebar_says_what_it_is(self, registry: FakeRegistry) -> None:
        said = words(show("app", services(registry)))
        assert "Trained 29 Feb 2024, 12:00 UTC" in said
        assert "AUC 0.910 (95 % interval 0.870 to 0.940)" in said
        assert "[champion]" in said
        assert "verified]" in said


class TestTheServerIsDown:
    def test_at_the_start_one_sentence_says_so(self, registry: FakeRegistry) -> None:
        registry.down = DOWN
        page = show("app", services(registry))
        assert not page.exception
        assert [read(each.value) for each in page.error] == [str(DOWN)]
        assert not page.number_input

    def test_when_it_is_back_the_page_recovers(self, registry: FakeRegistry) -> None:
        registry.down = DOWN
        page = show("app", services(registry))
        registry.down = None
        page.run()
        assert not page.error
        assert "fill in: Age" in words(page)

    def test_in_between_the_session_goes_on_with_its_version_and_says_so(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = fill(show("app", services(registry)), REQUIRED)
        registry.down = DOWN
        seconds_later()
        values = {**REQUIRED, "chol": 300.0}
        fill(page, values)
        assert not page.exception
        (warned,) = page.sidebar.warning
        assert read(warned.value) == f"{DOWN} Until then you go on with heart-disease v1."
        assert number(page) == expected(loaded["baseline"], values)

    def test_when_it_is_back_the_same_version_and_entries_are_there(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = fill(show("app", services(registry)), REQUIRED)
        page.get_by_key("version").set_value(2).run()
        registry.down = DOWN
        seconds_later()
        page.run()
        registry.down = None
        page.run()
        assert not page.sidebar.warning
        assert page.get_by_key("version").value == 2
        assert number(page) == expected(loaded["logistic"], REQUIRED)


class TestNothingRegistered:
    @pytest.fixture
    def page(self, registry: FakeRegistry) -> AppTest:
        """Ten models that somebody logged and nobody registered, on a server of theirs."""
        registry.listed = []
        registry.loose = [
            version(
                0,
                study="ward",
                name=f"try {number}",
                what=What.LOGGED,
                kind=Kind.SEEN,
                model_id=f"m-{number:032x}",
                estimator="",
                metrics={"auc": Measured(0.8 + number / 100)},
            )
            for number in range(10)
        ]
        return show("app", services(registry))

    def test_they_are_seen_and_nobody_is_asked_to_train_ours(self, page: AppTest) -> None:
        assert not page.exception
        assert len(page.get_by_key("version").options) == 10
        assert not [each for each in page.button if each.key == "train"]
        said = read(words(page))
        assert "Nothing here yet" not in said
        assert "Somebody else logged it, and nobody adopted it yet." in said
        assert page.code[0].value == f"python -m model adopt models:/m-{0:032x}"

    def test_one_is_chosen_by_its_id_in_the_address(
        self, page: AppTest, registry: FakeRegistry
    ) -> None:
        asked = f"m-{7:032x}"
        page = show("app", services(registry), version=asked)
        assert page.get_by_key("version").value == asked
        assert page.code[0].value == f"python -m model adopt models:/{asked}"
        assert dict(page.query_params) == {"version": asked}


class TestAnEmptyStore:
    def test_the_apps_own_store_gets_a_model_without_being_asked(
        self, registry: FakeRegistry
    ) -> None:
        versions, registry.listed = registry.listed, []
        trainer = FakeTrainer(ends=lambda: registry.listed.extend(versions))
        page = show("app", services(registry, trainer, MLFLOW_TRACKING_URI=None))
        assert not page.exception
        assert trainer.studies == ["heart-disease"]
        assert page.get_by_key("version").value == 1
        assert "To see the risk, fill in" in words(page)

    def test_a_model_that_appeared_a_moment_ago_is_not_trained_again(
        self, registry: FakeRegistry
    ) -> None:
        versions, registry.listed = registry.listed, []
        trainer = FakeTrainer(ends=lambda: "No.")
        given = services(registry, trainer, MLFLOW_TRACKING_URI=None)
        show("app", given)
        registry.listed = versions  # the lists from before are still in the cache
        page = show("app", given)
        assert trainer.starts == 1
        assert page.get_by_key("version").value == 1

    def test_a_configured_server_gets_one_only_when_asked(self, registry: FakeRegistry) -> None:
        versions, registry.listed = registry.listed, []
        trainer = FakeTrainer(ends=lambda: registry.listed.extend(versions))
        page = show("app", services(registry, trainer))
        assert trainer.starts == 0
        said = read(words(page))
        assert f"{ADDRESS} holds no model and no run." in said
        # Their own models first; ours is for a trial.
        assert said.index("Log a model there") < said.index("It is logged to")
        page.get_by_key("train").click().run()
        assert trainer.starts == 1
        assert page.get_by_key("version").value == 1

    def test_a_training_that_failed_is_told_and_not_repeated_by_itself(
        self, registry: FakeRegistry
    ) -> None:
        registry.listed = []
        trainer = FakeTrainer(ends=lambda: "The training stopped before its end. Disk full.")
        given = services(registry, trainer, MLFLOW_TRACKING_URI=None)
        page = show("app", given)
        told = ["The training stopped before its end. Disk full."]
        assert [read(each.value) for each in page.error] == told
        another = show("app", given)  # somebody else's session
        assert [read(each.value) for each in another.error] == told
        assert trainer.starts == 1

    def test_a_failed_training_can_be_tried_again(self, registry: FakeRegistry) -> None:
        versions, registry.listed = registry.listed, []
        trainer = FakeTrainer(ends=lambda: "No.")
        page = show("app", services(registry, trainer, MLFLOW_TRACKING_URI=None))
        trainer.ends = lambda: registry.listed.extend(versions)
        page.get_by_key("train").click().run()
        assert trainer.starts == 2
        assert not page.error
        assert page.get_by_key("version").value == 1

    def test_a_training_that_leaves_nothing_is_not_repeated_for_ever(
        self, registry: FakeRegistry
    ) -> None:
        registry.listed = []
        trainer = FakeTrainer(stages=[Stage("Fitting", 1.5)])
        page = show("app", services(registry, trainer, MLFLOW_TRACKING_URI=None))
        assert trainer.starts == 1
        assert "its model is not listed" in read(page.error[0].value)


class TestTheEdge:
    """Whatever an odd version or this program does, one sentence stands for it, and the rest of
    the page stays usable.
    """

    CANARY = "431.7"

    def broken(self, model: LoadedModel) -> LoadedModel:
        """A version that loads and then raises, with a value of a patient in the text."""
        canary = self.CANARY

        class Odd(LoadedModel):
            @property
            def training_prevalence(self) -> float:
                raise KeyError(f"chol {canary}")

        return Odd(model.source)

    def test_a_version_that_breaks_the_sidebar_leaves_the_others_to_be_chosen(
        self, registry: FakeRegistry, loaded: Models, caplog: pytest.LogCaptureFixture
    ) -> None:
        registry.models["m-1"] = self.broken(loaded["baseline"])
        page = show("app", services(registry))
        assert not page.exception
        (told,) = page.error
        code = re.search(r"code ([0-9A-F]{6})", read(told.value))
        assert code is not None
        (line,) = [message for message in caplog.messages if message.startswith("Error ")]
        assert code[1] in line
        assert "KeyError at tests/dashboard/test_app.py:" in line
        page.get_by_key("version").set_value(2).run()
        assert not page.error
        assert page.get_by_key("version").value == 2

    def test_a_page_that_breaks_off_says_so_in_a_sentence_with_a_code(
        self,
        registry: FakeRegistry,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError(f"chol {self.CANARY}")

        monkeypatch.setattr(views, "page", lambda title: broken)
        page = show("app", services(registry))
        assert not page.exception
        (told,) = page.error
        assert "broke off because of an error in this program (code " in read(told.value)
        assert page.get_by_key("version").value == 1
        everything = words(page) + "".join(map(str, caplog.records)) + caplog.text
        assert self.CANARY not in everything
        assert "ZeroDivisionError at tests/dashboard/test_app.py" in caplog.text

    def test_an_error_of_ours_in_a_part_of_the_page_is_told_in_its_own_sentence(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        def part() -> None:
            from dashboard.app import broke_off
            from model.errors import EndpointUnavailable

            assert broke_off(EndpointUnavailable("The endpoint ward gives no answer. Ask again."))

        page = AppTest.from_function(part).run()
        (told,) = page.error
        assert read(told.value) == "The endpoint ward gives no answer. Ask again."
        assert "Error " not in caplog.text

    def test_what_streamlit_would_log_whole_is_logged_without_its_text(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        mishap.keep_values_out_of_logs()
        mishap.keep_values_out_of_logs()
        assert len(logging.getLogger(mishap.STREAMLIT_LOG).filters) == 1
        logger = logging.getLogger(mishap.STREAMLIT_LOG)
        logger.addHandler(caplog.handler)
        try:
            raise ValueError(f"chol {self.CANARY}")
        except ValueError as error:
            logger.error("Uncaught app execution", exc_info=error)
        finally:
            logger.removeHandler(caplog.handler)
        assert "ValueError at tests/dashboard/test_app.py" in caplog.text
        assert self.CANARY not in caplog.text
