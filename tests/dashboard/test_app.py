"""The frame: which version is chosen, and what happens where there is no server or no model."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.trainer import Stage
from model.errors import TrackingUnavailable
from model.registry.versions import State
from model.scoring import LoadedModel
from tests.dashboard.fakes import (
    ADDRESS,
    REQUIRED,
    FakeRegistry,
    FakeTrainer,
    expected,
    field,
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
            version(3, state=State.FOREIGN),
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
        assert field(page, "age").value is None

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
        assert f"The tracking server at {ADDRESS} holds no finished model." in words(page)
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
