"""Adopting from the Models page: what it shows and does in each state."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.adopter.order import Order, Table
from dashboard.adopter.outcome import Adopted, Drafted, Failed, Stopped
from dashboard.selection import GO_TO
from dashboard.study_draft import HIGHEST, LABEL, LOWEST
from model.adoption.question import Question
from model.registry.store_copy import Notice
from model.registry.versions import Kind, Version
from model.studies import reading
from tests.dashboard.fakes import (
    FakeAdopter,
    FakeAdoption,
    FakeRegistry,
    read,
    services,
    show,
    version,
    words,
)

TITLE, REFERENCE = "ward v2", "models:/ward/2"
CSV = b"age,sex\n57,F\n"
DRAFT = """\
format: bedside-study/1
name: ward-adopted
title: Ward adopted
outcome: {label: outcome, among_patients: have the outcome, timing: as its author defined it}
model: {reference: "models:/ward/2", classes: [severe]}
inputs:
  age: {label: Age, group: Inputs, required: true, plausible: [15, 102], guessed: [label]}
  sex:
    label: Sex
    group: Inputs
    required: true
    codes: {0: {label: F, written: F}, 1: {label: M, written: M}}
"""
DOCUMENT = reading.parse(DRAFT.encode(), "draft.yaml")
CLASSES = Question("Which class is the outcome?", "", {"model.classes": ("none", "mild", "severe")})
ADOPTED = Adopted("ward-adopted", 1, "data", 10_020, 2e-16, ("Class 1 is the outcome.",))


def _models(services: object) -> None:
    from dashboard.components.shell import sidebar
    from dashboard.views import models

    models.render(services, sidebar.render(services))


def original(number: int = 2, **changes: Any) -> Version:
    """A version that somebody else registered."""
    return version(number, study="ward", kind=Kind.SEEN, model_id="", estimator="", **changes)


@pytest.fixture
def adopter() -> FakeAdopter:
    return FakeAdopter()


@pytest.fixture
def offered(registry: FakeRegistry, adopter: FakeAdopter) -> AppTest:
    """The page with the foreign version ticked, where the operator allows adopting."""
    registry.loose = [original()]
    return ticked(show("models", services(registry, adopter=adopter)), 2)


def ticked(page: AppTest, *rows: int) -> AppTest:
    page.session_state["models_table"] = {"selection": {"rows": [*rows], "columns": []}}
    page.run()
    return page.get_by_key("do").set_value("Adopt").run()


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=f"adopting.{key}").click().run()
    assert not page.exception
    return page


def ended(page: AppTest, adopter: FakeAdopter, outcome: Any) -> AppTest:
    """The page after the adoption that runs has ended so."""
    adopter.made[-1].end(outcome)
    page.run()
    assert not page.exception
    return page


def buttons(page: AppTest) -> set[str]:
    return {str(each.key) for each in page.button if str(each.key).startswith("adopting.")}


def test_where_it_is_not_allowed_the_command_is_all_there_is(registry: FakeRegistry) -> None:
    registry.loose = [original()]
    page = ticked(show("models", services(registry)), 2)
    assert page.code[0].value == f"python -m model adopt {REFERENCE}"
    assert buttons(page) == set()


def test_a_store_that_is_read_through_a_copy_takes_no_adopted_version(
    registry: FakeRegistry, adopter: FakeAdopter
) -> None:
    registry.loose, registry.notice = [original()], Notice("It is read through a copy.", ())
    page = ticked(show("models", services(registry, adopter=adopter)), 2)
    assert page.code[0].value == f"python -m model adopt {REFERENCE}"
    assert buttons(page) == set()


def test_where_it_is_allowed_there_are_buttons_and_looking_starts_nothing(
    offered: AppTest, adopter: FakeAdopter
) -> None:
    assert buttons(offered) == {"adopting.adopt", "adopting.draft_first"}
    assert "opens the model once, in a process of its own" in words(offered)
    assert not offered.code
    assert adopter.made == []


class TestThePageLoadedAnew:
    """Which is another session, with the address of the one before."""

    @pytest.fixture
    def mark(self, offered: AppTest, adopter: FakeAdopter) -> str:
        pressed(offered, "adopt")
        mark = adopter.made[-1].mark
        assert offered.query_params["adopting"] in (mark, [mark])
        return mark

    def test_its_owner_sees_it_go_on(
        self, registry: FakeRegistry, adopter: FakeAdopter, mark: str
    ) -> None:
        page = show("models", services(registry, adopter=adopter), adopting=mark)
        assert f"Adopting {TITLE}" in words(page)
        pressed(page, "stop")
        assert adopter.made[-1].outcome == Stopped()

    def test_its_owner_sees_what_became_of_it(
        self, registry: FakeRegistry, adopter: FakeAdopter, mark: str
    ) -> None:
        adopter.made[-1].end(Drafted(DOCUMENT, (CLASSES,)))
        page = show("models", services(registry, adopter=adopter), adopting=mark)
        assert "adopting.draft.adopt" in buttons(page)
        pressed(page, "draft.discard")
        assert "adopting" not in page.query_params

    @pytest.mark.parametrize("query", [{}, {"adopting": "a-word-7"}])
    def test_anybody_else_is_told_that_another_is_being_adopted(
        self, query: dict[str, str], registry: FakeRegistry, adopter: FakeAdopter, mark: str
    ) -> None:
        page = ticked(show("models", services(registry, adopter=adopter), **query), 2)
        assert "adopting.stop" not in buttons(page)
        assert "Another model is being adopted" in words(page)
        assert "adopting" not in page.query_params


def test_several_are_adopted_by_one_command_each(
    registry: FakeRegistry, adopter: FakeAdopter
) -> None:
    registry.loose = [original(), original(3)]
    page = ticked(show("models", services(registry, adopter=adopter)), 2, 3)
    assert page.code[0].value.splitlines() == [
        "python -m model adopt models:/ward/2",
        "python -m model adopt models:/ward/3",
    ]
    assert buttons(page) == set()


def test_the_details_of_a_version_lead_there_by_a_button(
    registry: FakeRegistry, adopter: FakeAdopter
) -> None:
    registry.loose = [original()]
    page = show("models", services(registry, adopter=adopter))
    page.session_state["models_table"] = {"selection": {"rows": [2], "columns": []}}
    page.run()
    assert not page.code
    page.button(key="adopt").click().run()
    assert page.get_by_key("do").value == "Adopt"
    assert adopter.made == []


def test_pressing_the_button_starts_one_adoption_with_the_table_handed_in(
    offered: AppTest, adopter: FakeAdopter
) -> None:
    offered.file_uploader[0].upload("ward.csv", CSV, "text/csv").run()
    pressed(offered, "adopt")
    (made,) = adopter.made
    assert made.order == Order(REFERENCE, TITLE, table=Table("ward.csv", CSV))


def test_while_it_runs_there_is_progress_and_a_way_to_stop(
    offered: AppTest, adopter: FakeAdopter
) -> None:
    pressed(offered, "adopt")
    assert "Adopting ward v2" in words(offered)
    assert offered.get("progress")[0].proto.value == 30
    assert buttons(offered) == {"adopting.stop"}
    pressed(offered, "stop")
    offered.run()
    assert "ward v2: stopped. Nothing was registered." in read(words(offered))
    assert "adopting.adopt" in buttons(offered)


def test_stopped_while_it_was_registered_says_that_it_may_be_there(
    offered: AppTest, adopter: FakeAdopter
) -> None:
    pressed(offered, "adopt")
    ended(offered, adopter, Stopped(while_registering=True))
    assert "If it was registered just before, it is in the table above" in words(offered)


def test_who_comes_back_to_the_page_sees_how_it_stands(
    registry: FakeRegistry, adopter: FakeAdopter
) -> None:
    going_on = FakeAdoption(Order(REFERENCE, TITLE))
    adopter.made.append(going_on)
    page = AppTest.from_function(_models, args=(services(registry, adopter=adopter),))
    page.session_state["adopting.run"] = going_on
    page.run(timeout=60)
    assert page.get_by_key("do").value == "Adopt"
    assert buttons(page) == {"adopting.stop"}


def test_from_the_patient_page_it_is_the_same_version_that_is_offered(
    registry: FakeRegistry, adopter: FakeAdopter
) -> None:
    registry.listed.append(original())
    page = show("app", services(registry, adopter=adopter), study="ward", version="2")
    page.button(key="adopt").click().run()
    assert not page.exception
    assert page.button(key="adopting.adopt").label == "Adopt ward v2"


def test_only_one_adoption_runs_at_a_time(offered: AppTest, adopter: FakeAdopter) -> None:
    adopter.made.append(FakeAdoption(Order("models:/surgery/1", "surgery v1")))  # somebody else's
    offered.run()
    assert offered.button(key="adopting.adopt").disabled
    assert "Another model is being adopted." in words(offered)
    assert "surgery" not in words(offered)


def test_an_adopted_version_says_what_was_proven_and_can_be_used(
    offered: AppTest, adopter: FakeAdopter, registry: FakeRegistry
) -> None:
    pressed(offered, "adopt")
    registry.listed.append(version(1, study="ward-adopted"))
    ended(offered, adopter, ADOPTED)
    assert read(offered.success[0].value) == "ward v2 is adopted: it is ward-adopted v1 now."
    told = read(words(offered))
    assert "10,020 made-up patients got the same risk from both, to 2e-16." in told
    pressed(offered, "use")
    page, chosen = offered.session_state[GO_TO]
    assert (page, chosen.study, chosen.number) == ("Patient", "ward-adopted", 1)
    assert "adopting.run" not in offered.session_state


def test_a_draft_that_was_adopted_is_no_longer_shown(
    offered: AppTest, adopter: FakeAdopter
) -> None:
    pressed(offered, "draft_first")
    ended(offered, adopter, Drafted(DOCUMENT))
    pressed(offered, "draft.adopt")
    ended(offered, adopter, ADOPTED)
    assert buttons(offered) == {"adopting.another"}  # it is not listed yet
    assert "not listed yet" in words(offered)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_version_that_is_asked_says_whether_it_may_be_asked_here(
    registry: FakeRegistry, adopter: FakeAdopter, allowed: bool
) -> None:
    registry.loose = [original()]
    page = ticked(show("models", services(registry, adopter=adopter, workers=allowed)), 2)
    pressed(page, "adopt")
    ended(page, adopter, Adopted("ward-adopted", 1, "worker", 0, 0.0))
    assert "the original is asked" in words(page)
    assert ("BEDSIDE_WORKERS=true" in words(page)) != allowed


class TestDecision:
    """A person has to say which class is the outcome."""

    @pytest.fixture
    def page(self, offered: AppTest, adopter: FakeAdopter) -> AppTest:
        offered.file_uploader[0].upload("ward.csv", CSV, "text/csv").run()
        pressed(offered, "adopt")
        return ended(offered, adopter, Drafted(DOCUMENT, (CLASSES,)))

    def test_the_question_and_the_draft_stand_in_the_editor(self, page: AppTest) -> None:
        assert "Which class is the outcome?" in words(page)
        table = next(each.value for each in page.dataframe if LABEL in each.value.columns)
        assert table[LABEL].tolist() == ["Age", "Sex"]
        assert "Age · needed" in [field.label for field in page.number_input]
        assert page.get("download_button")[0].proto.label == "Download the study (YAML)"

    def test_nothing_is_chosen_before_a_person_chooses(self, page: AppTest) -> None:
        assert page.get_by_key("adopting.draft.classes").value == []
        assert page.button(key="adopting.draft.adopt").disabled
        assert "Decide above what the risk is" in words(page)

    def test_not_every_class_can_be_the_outcome(self, page: AppTest) -> None:
        page.get_by_key("adopting.draft.classes").set_value(["none", "mild", "severe"]).run()
        assert page.button(key="adopting.draft.adopt").disabled
        assert "Leave out at least one" in words(page)

    def test_what_was_decided_and_written_goes_to_the_command_with_the_table(
        self, page: AppTest, adopter: FakeAdopter
    ) -> None:
        decide(page)
        order = adopter.made[-1].order
        study = reading.parse(order.study.encode(), "study.yaml")
        assert study.model is not None
        assert study.model.classes == ("mild", "severe")
        assert study.outcome.label == "worsening"
        assert order.table == Table("ward.csv", CSV)

    def test_a_failure_says_why_and_loses_nothing(
        self, page: AppTest, adopter: FakeAdopter
    ) -> None:
        decide(page)
        ended(page, adopter, Failed("The model stopped."))
        assert page.error[0].value == r"ward v2 was not adopted. The model stopped."
        assert page.text_input(key="adopting.draft.outcome.label").value == "worsening"
        assert page.get_by_key("adopting.draft.classes").value == ["mild", "severe"]
        assert "ward.csv is used again" in read(words(page))
        pressed(page, "draft.adopt")
        assert adopter.made[-1].order == adopter.made[-2].order

    def test_a_draft_survives_a_visit_to_another_page(self, page: AppTest) -> None:
        page.text_input(key="adopting.draft.outcome.label").set_value("worsening").run()
        page.get_by_key("do").set_value("Details").run()
        page.get_by_key("do").set_value("Adopt").run()
        assert page.text_input(key="adopting.draft.outcome.label").value == "worsening"

    def test_a_draft_that_is_discarded_is_gone(self, page: AppTest) -> None:
        pressed(page, "draft.discard")
        assert "adopting.draft.adopt" not in buttons(page)
        assert "adopting.draft.held" not in page.session_state


def decide(page: AppTest) -> AppTest:
    page.get_by_key("adopting.draft.classes").set_value(["mild", "severe"]).run()
    page.text_input(key="adopting.draft.outcome.label").set_value("worsening").run()
    return pressed(page, "draft.adopt")


def test_of_two_classes_one_is_the_outcome(offered: AppTest, adopter: FakeAdopter) -> None:
    two = Question("Which class is the outcome?", "", {"model.classes": (False, True)})
    pressed(offered, "adopt")
    ended(offered, adopter, Drafted(DOCUMENT, (two,)))
    assert offered.get_by_key("adopting.draft.classes").value is None
    offered.get_by_key("adopting.draft.classes").set_value(False).run()
    pressed(offered, "draft.adopt")
    study = reading.parse(adopter.made[-1].order.study.encode(), "study.yaml")
    assert study.model is not None
    assert study.model.classes == (False,)


def test_what_a_number_means_is_chosen_in_words(offered: AppTest, adopter: FakeAdopter) -> None:
    places = {"model.output": ("time", "risk"), "model.scale": ("probability", "survival")}
    pressed(offered, "adopt")
    ended(offered, adopter, Drafted(DOCUMENT, (Question("Which column is it?", "", places),)))
    offered.selectbox(key="adopting.draft.output").set_value("risk").run()
    assert offered.button(key="adopting.draft.adopt").disabled
    assert (
        "The probability of not having the outcome"
        in offered.selectbox(key="adopting.draft.scale").options
    )
    offered.selectbox(key="adopting.draft.scale").set_value("survival").run()
    pressed(offered, "draft.adopt")
    study = reading.parse(adopter.made[-1].order.study.encode(), "study.yaml")
    assert study.model is not None
    assert (study.model.output, study.model.scale) == ("risk", "survival")


def test_a_range_that_nobody_knows_is_filled_in_in_the_table(
    offered: AppTest, adopter: FakeAdopter
) -> None:
    text = DRAFT.replace(" plausible: [15, 102],", "")
    document = reading.parse(text.encode(), "draft.yaml", unfinished=True)
    question = Question("Between which values may age lie?", "", {"inputs.age.plausible": ()})
    pressed(offered, "adopt")
    ended(offered, adopter, Drafted(document, (question,)))
    assert f"age: fill in {LOWEST} and {HIGHEST}." in read(words(offered))
    assert "adopting.draft.adopt" not in buttons(offered)


def test_the_draft_can_be_looked_at_before_anything_is_registered(
    offered: AppTest, adopter: FakeAdopter
) -> None:
    pressed(offered, "draft_first")
    assert adopter.made[-1].order.dry_run
    ended(offered, adopter, Drafted(DOCUMENT, (), ("Class severe is the outcome.",)))
    assert "Nothing has to be decided." in words(offered)
    assert "Class severe is the outcome." in words(offered)
    pressed(offered, "draft.adopt")
    order = adopter.made[-1].order
    assert not order.dry_run
    assert reading.parse(order.study.encode(), "study.yaml") == DOCUMENT


def test_a_failure_says_why_and_offers_it_again_with_the_same_table(
    offered: AppTest, adopter: FakeAdopter
) -> None:
    offered.file_uploader[0].upload("ward.csv", CSV, "text/csv").run()
    pressed(offered, "adopt")
    ended(offered, adopter, Failed("It holds *odd* types."))
    assert read(offered.error[0].value) == "ward v2 was not adopted. It holds *odd* types."
    pressed(offered, "adopt")
    assert adopter.made[-1].order.table == Table("ward.csv", CSV)


def test_its_own_code_runs_only_where_the_operator_allows_that_too(
    registry: FakeRegistry, adopter: FakeAdopter
) -> None:
    registry.loose = [original()]
    needs = Failed("It brings its own code.", needs_its_code=True)
    page = ticked(show("models", services(registry, adopter=adopter)), 2)
    ended(pressed(page, "adopt"), adopter, needs)
    assert page.code[0].value == f"python -m model adopt {REFERENCE} --run-its-code"
    assert buttons(page) == set()  # the same would be refused again

    both = services(registry, adopter=adopter, allow_adoption=True, workers=True)
    page = ticked(show("models", both), 2)
    ended(pressed(page, "adopt"), adopter, needs)
    assert not adopter.made[-1].order.run_its_code
    pressed(page, "own_code")
    assert adopter.made[-1].order.run_its_code
