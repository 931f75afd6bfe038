"""Batch: hand in a file, see what is wrong with it, score it, work through it, take it away."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from streamlit.runtime import caching as runtime_caching
from streamlit.testing.v1 import AppTest

from dashboard.components.batch import scoring_run
from dashboard.text import percent
from model.errors import BundleRefused
from model.evaluation.wording import METRICS
from model.files.check_file import examine
from model.files.understanding import mapping_file
from model.files.understanding.mapping import FileMapping
from model.scoring import Assessment, LoadedModel
from tests.dashboard.fakes import FakeRegistry, drawings, read, services, show, words
from tests.model.files.reading.test_workbook import wards
from tests.model.files.samples import HEADER, ROWS, SCHEMA, table
from tests.model.files.understanding.test_codings import CLEVELAND, in_coding

Models = dict[str, LoadedModel]
FAULTY = (*ROWS, ROWS[0].replace("63", "12"), ROWS[2].replace("130", "?"))
FILE = table(
    *(f"p{at},{row},{at % 2}" for at, row in enumerate(FAULTY)), header=f"id,{HEADER},sick"
)
MG_DL, MMOL_L = ("233", "286", "204", "276"), ("6.0", "7.4", "5.3", "7.1")
MMOL = table(*(row.replace(mg, mmol) for row, mg, mmol in zip(ROWS, MG_DL, MMOL_L, strict=True)))
WITH_OUTCOMES = table(
    *(f"{int(at % 3 == 0)},{row}" for at, row in enumerate(ROWS * 15)), header=f"mi,{HEADER}"
)
AT_50 = "50 %"
KAGGLE, KAGGLE_OF_8 = (
    in_coding(CLEVELAND.head(count), "kaggle").to_csv(index=False).encode() for count in (40, 8)
)
SECONDS = 20.0


def hand_in(page: AppTest, content: bytes, name: str = "ward.csv") -> AppTest:
    return page.file_uploader[0].upload(name, content, "text/csv").run()


def scored(page: AppTest, content: bytes = FILE) -> AppTest:
    return hand_in(page, content).get_by_key("batch.score").click().run()


def keys(page: AppTest) -> set[str]:
    return {str(each.key) for each in page.button}


def work_list(page: AppTest) -> pd.DataFrame:
    """The table as it is shown, by the words over its columns."""
    (found,) = [each for each in page.dataframe if "moved" in each.value.columns]
    return found.value


def tick(page: AppTest, row: int) -> AppTest:
    """Tick a line of the work list, counted from the top."""
    (shown,) = [each for each in page.dataframe if "moved" in each.value.columns]
    page.session_state[shown.key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return page.run()


@pytest.fixture
def page(registry: FakeRegistry) -> AppTest:
    return show("batch", services(registry))


class TestHandingIn:
    def test_it_says_what_happens_to_the_file_and_offers_a_template(self, page: AppTest) -> None:
        assert "Nothing of it is written to a disk, a log or MLflow" in words(page)
        assert [each.label for each in page.get("download_button")] == ["Template", "Example file"]

    def test_faults_are_counted_and_listed_with_row_column_and_remedy(self, page: AppTest) -> None:
        hand_in(page, FILE)
        assert not page.exception
        said = words(page)
        assert "**6** rows" in said
        for count in ("5 accepted", "1 rejected", "1 flagged", "0 normalised"):
            assert count in said
        listed = page.dataframe[0].value
        assert listed.iloc[0].tolist() == [
            "✕ rejected",
            5,
            "age",
            "12",
            "Age (age): outside what is plausible. Allowed: 18 to 100 years.",
        ]

    def test_the_list_says_what_the_command_line_says(self, page: AppTest) -> None:
        hand_in(page, FILE)
        listed = page.dataframe[0].value
        report = examine(io.BytesIO(FILE), SCHEMA)
        for issue in report.issues:
            if issue.row is not None:
                here = listed[(listed["Row"] == issue.row) & (listed["Column"] == issue.column)]
                assert issue.message == f"Row {issue.row}, {here.iloc[0, 4]}"

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "The file is empty."),
            (b"PK\x03\x04 a workbook", "a ZIP archive or an Excel workbook, and damaged"),
            (b"a,b\n1,2\n", "No column of this study is there."),
            (b"PAR1 no parquet", "The Parquet file is damaged or unfinished."),
            (table(*ROWS, '"never closed'), "Quotation marks do not pair"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
        self, page: AppTest, content: bytes, told: str
    ) -> None:
        hand_in(page, content)
        assert not page.exception
        (error,) = page.error
        assert told in read(error.value)
        assert "batch.score" not in keys(page)

    def test_a_header_without_rows_is_nothing_to_score(self, page: AppTest) -> None:
        hand_in(page, f"{HEADER}\n".encode())
        assert "a header and no rows" in words(page)
        assert "batch.score" not in keys(page)

    def test_a_file_put_away_is_gone(self, page: AppTest) -> None:
        scored(page)
        page.get_by_key("batch.put_away").click().run()
        assert page.file_uploader
        assert "Work list" not in words(page)
        held = ("batch.file", "batch.checked", "batch.run", "batch.result", "batch.validated")
        assert [key for key in held if key in page.session_state] == []

    def test_a_file_name_is_no_markup(self, page: AppTest) -> None:
        hand_in(page, FILE, "**bold** [x](http://example.org).csv")
        assert any(r"\*\*bold\*\* \[x\]" in each.value for each in page.markdown)


class TestAsking:
    def test_nothing_is_converted_unasked(self, page: AppTest) -> None:
        hand_in(page, MMOL)
        assert "As it stands, nothing is scored." in words(page)
        assert "Cholesterol (chol) looks like mmol/L: 4 values fit that unit only" in words(page)
        assert "batch.score" not in keys(page)
        (unit,) = page.checkbox
        assert (unit.label, unit.value) == ("Cholesterol is in mmol/L, converted to mg/dL", True)

    def test_when_agreed_it_is_and_can_be_undone(self, page: AppTest) -> None:
        hand_in(page, MMOL).get_by_key("batch.agree").click().run()
        assert "Read as you agreed: 13 columns." in words(page)
        assert "batch.score" in keys(page)
        page.get_by_key("batch.undo").click().run()
        assert "batch.agree" in keys(page)
        assert "batch.score" not in keys(page)

    def test_what_was_agreed_scores_as_the_same_patients_in_the_studys_unit(
        self, page: AppTest
    ) -> None:
        hand_in(page, MMOL).get_by_key("batch.agree").click().run()
        page.get_by_key("batch.score").click().run()
        converted = work_list(page).sort_values("row")["risk"].tolist()
        plain = table(
            *(
                row.replace(mg, str(38.67 * float(mmol)))
                for row, mg, mmol in zip(ROWS, MG_DL, MMOL_L, strict=True)
            )
        )
        page.get_by_key("batch.put_away").click().run()
        again = scored(page, plain)
        assert converted == pytest.approx(
            work_list(again).sort_values("row")["risk"].tolist(), abs=0.001
        )

    def test_without_its_conversion_the_file_stays_refused(self, page: AppTest) -> None:
        hand_in(page, MMOL).checkbox[0].uncheck().run()
        page.get_by_key("batch.agree").click().run()
        assert "batch.score" not in keys(page)
        assert "looks like mmol/L" in words(page)

    def test_undoing_takes_the_result_with_it(self, page: AppTest) -> None:
        hand_in(page, MMOL).get_by_key("batch.agree").click().run()
        page.get_by_key("batch.score").click().run()
        assert len(work_list(page)) == 4
        page.get_by_key("batch.undo").click().run()
        page.get_by_key("batch.agree").click().run()
        assert "Work list" not in words(page)


def corrected(page: AppTest, word: str, answer: str) -> AppTest:
    (field,) = [each for each in page.selectbox if f"“{word}”" in each.label]
    return field.set_value(answer).run()


def before_and_after(page: AppTest) -> pd.DataFrame:
    """Three patients, as they stand in the file and as they would be read."""
    (found,) = [each for each in page.dataframe if "Input" in each.value.columns]
    return found.value.set_index("Input")


class TestWordsAndCodings:
    """The third column is called Pain and holds words; one of them nobody knows."""

    HEADER = HEADER.replace("cp", "Pain")
    WORDS = table(
        *(
            row.replace(f",{code},", f",{word},", 1)
            for row, code, word in zip(
                ROWS, ("1,1", "1,4", "0,2", "1,4"), ("1,TA", "1,ASY", "0,ATA", "1,zzz"), strict=True
            )
        ),
        header=HEADER,
    )

    def test_a_word_nobody_knows_is_asked_and_every_other_one_can_be_corrected(
        self, page: AppTest
    ) -> None:
        hand_in(page, self.WORDS)
        asked = {each.label: each.value for each in page.selectbox if "“" in each.label}
        assert asked == {
            "“TA”, 1 row": "Typical angina",
            "“ASY”, 1 row": "Asymptomatic",
            "“ATA”, 1 row": "Atypical angina",
            "“zzz”, 1 row": "not read: rows rejected",
        }
        assert before_and_after(page).loc["Chest pain"].tolist() == [
            "TA → typical angina",
            "ASY → asymptomatic",
            "zzz → cannot be read",  # what is open is shown before what is not
        ]

    def test_what_was_corrected_is_seen_agreed_to_and_in_the_mapping(self, page: AppTest) -> None:
        hand_in(page, self.WORDS)
        corrected(page, "TA", "Non-anginal pain")
        corrected(page, "zzz", "Asymptomatic")
        assert "TA → non-anginal pain" in before_and_after(page).to_string()
        page.get_by_key("batch.agree").click().run()
        mapping = page.session_state["batch.file"].mapping
        assert dict(mapping.by_feature["cp"].words) == {"ASY": 4, "ATA": 2, "TA": 3, "zzz": 4}
        assert mapping.by_feature["cp"].unclear == ()
        text = mapping_file.to_yaml(mapping, SCHEMA)
        assert mapping_file.from_yaml(text, SCHEMA) == mapping
        assert "TA: non-anginal pain" in text
        assert "4 accepted" in words(page)

    def test_a_word_taken_back_is_read_as_nothing(self, page: AppTest) -> None:
        hand_in(page, self.WORDS)
        corrected(page, "TA", "not read: rows rejected")
        assert "TA → cannot be read" in before_and_after(page).to_string()
        page.get_by_key("batch.agree").click().run()
        assert page.session_state["batch.file"].mapping.by_feature["cp"].unclear == ("TA",)
        assert "2 rejected" in words(page)

    def test_a_mark_that_may_be_an_answer_is_asked_about(self, page: AppTest) -> None:
        rows = CLEVELAND.head(20).astype(object)
        rows["exang"] = rows["exang"].map({0: "none", 1: "yes"})
        hand_in(page, rows.to_csv(index=False).encode())
        (asked,) = [each for each in page.selectbox if "“none”" in each.label]
        assert asked.value == "not measured"
        corrected(page, "none", "No").get_by_key("batch.agree").click().run()
        assert dict(page.session_state["batch.file"].mapping.by_feature["exang"].words) == {
            "none": 0
        }

    def test_a_coding_that_fits_alone_may_be_left_off(self, page: AppTest) -> None:
        hand_in(page, KAGGLE)
        assert not page.exception
        (coding,) = page.radio
        assert coding.options == [
            r"As the Kaggle copy's codes",
            r"As they stand\: this study's codes",
        ]
        assert "0 → asymptomatic" in before_and_after(page).to_string()
        page.radio[0].set_value("").run()
        assert not [each for each in page.dataframe if "Input" in each.value.columns]
        page.get_by_key("batch.agree").click().run()
        assert "batch.score" not in keys(page)  # the check still refuses what it then means

    def test_where_several_codings_fit_the_one_that_is_chosen_is_applied(
        self, page: AppTest
    ) -> None:
        hand_in(page, KAGGLE_OF_8)
        (coding,) = page.radio
        assert coding.value == ""
        coding.set_value("kaggle").run()
        assert "0 → asymptomatic" in before_and_after(page).to_string()
        page.get_by_key("batch.agree").click().run()
        assert page.session_state["batch.file"].mapping.coding == "kaggle"
        assert "8 accepted" in words(page)

    def test_where_two_units_fit_the_owner_says_which(self, page: AppTest) -> None:
        rows = CLEVELAND.head(20).assign(chol=CLEVELAND["chol"] * 0.014)
        hand_in(page, rows.rename(columns={"cp": "pain type"}).to_csv(index=False).encode())
        (asked,) = [each for each in page.selectbox if "more than one unit" in each.label]
        assert (asked.options, asked.value) == (["mg/dL", "mmol/L", "g/L"], "mg/dL")
        asked.set_value("g/L").run()
        page.get_by_key("batch.agree").click().run()
        assert page.session_state["batch.file"].mapping.by_feature["chol"].unit == "g/L"


class TestSheets:
    """A workbook with patients on Ward A and Ward B, and a hidden sheet."""

    def test_the_sheet_is_asked_for_where_several_could_hold_the_patients(
        self, page: AppTest
    ) -> None:
        hand_in(page, wards(), "wards.xlsx")
        assert not page.exception
        (asked,) = [each for each in page.selectbox if each.label == "Sheet with the patients"]
        assert (asked.options, asked.value) == (["Ward A", "Ward B"], None)
        assert "Choose one to go on." in words(page)
        assert not page.error
        assert "batch.score" not in keys(page)

    def test_the_sheet_that_is_chosen_is_read_and_the_others_are_named(self, page: AppTest) -> None:
        hand_in(page, wards(), "wards.xlsx")
        chosen_sheet(page, "Ward B")
        assert "**2** rows" in words(page)
        said = "Read from the sheet “Ward B”. Not read: “Ward A”. Hidden, and not read: “Lists”."
        assert said in words(page)
        page.get_by_key("batch.score").click().run()
        assert len(work_list(page)) == 2

    def test_another_sheet_is_another_table(self, page: AppTest) -> None:
        hand_in(page, wards(), "wards.xlsx")
        chosen_sheet(page, "Ward B").get_by_key("batch.score").click().run()
        chosen_sheet(page, "Ward A")
        assert "**4** rows" in words(page)
        assert "Work list" not in words(page)

    def test_a_mapping_of_a_sheet_that_is_not_there_is_refused_and_another_can_be_chosen(
        self, page: AppTest
    ) -> None:
        chosen_sheet(hand_in(page, wards(), "wards.xlsx"), "Ward B")
        march = FileMapping("heart-disease", (), sheet="March")
        page.session_state["batch.file"] = page.session_state["batch.file"].mapped(march)
        page.run()
        (refused,) = page.error
        assert "The workbook has no sheet “March”. It has: “Ward A”, “Ward B”." in read(
            refused.value
        )
        assert "Read from the sheet" not in words(page)
        assert "**2** rows" in words(chosen_sheet(page, "Ward B"))

    def test_a_sheet_that_alone_is_like_the_study_is_read_and_may_be_changed(
        self, page: AppTest
    ) -> None:
        book = openpyxl.load_workbook(io.BytesIO(wards()))
        book["Ward A"].delete_rows(1, 99)
        book["Ward A"].append(["**notes**"])
        book["Ward A"].title = "_wards_ $x$ <b>"
        content = io.BytesIO()
        book.save(content)
        hand_in(page, content.getvalue(), "wards.xlsx")
        (asked,) = [each for each in page.selectbox if each.label == "Sheet with the patients"]
        assert asked.value == "Ward B"
        assert asked.options == ["_wards_ $x$ <b>", "Ward B"]
        assert "**2** rows" in words(page)
        notes = " ".join(each.value for each in page.markdown)
        assert r"\_wards\_ \$x\$ \<b\>" in notes


def chosen_sheet(page: AppTest, name: str) -> AppTest:
    (asked,) = [each for each in page.selectbox if each.label == "Sheet with the patients"]
    return asked.set_value(name).run()


class TestTheWorkList:
    def test_the_risks_are_the_models_highest_first(self, page: AppTest, loaded: Models) -> None:
        shown = work_list(scored(page))
        values = [[float(cell) for cell in row.split(",")] for row in ROWS]
        rows = pd.DataFrame(values, columns=HEADER.split(","))
        expected = 100 * loaded["baseline"].assess(rows).risk
        by_name = dict(zip(shown["own 0"], shown["risk"], strict=True))
        for at, risk in enumerate(expected):
            assert by_name[f"p{at}"] == pytest.approx(risk, abs=1e-10)
        assert shown["risk"].dropna().is_monotonic_decreasing
        assert shown["own 0"].iloc[-1] == "p4"
        assert "outside what is plausible" in shown["problems"].iloc[-1]
        assert all(re.match("[↑↓] [a-zS]", chip) for chip in shown["moved"].iloc[0])
        assert shown["moved"].iloc[-1] is None  # p4 was rejected
        assert re.fullmatch(r"\d+ to \d+ %", shown["interval"].iloc[0])

    def test_the_histogram_and_its_words_hold_the_threshold(self, page: AppTest) -> None:
        scored(page)
        chart = page.get_by_key("batch.spread")
        assert "threshold 20 %" in json.dumps(json.loads(chart.proto.spec)["layout"])
        assert "Histogram of the risks: " in chart.proto.alt
        assert "at or above your threshold of 20 %" in words(page)

    @pytest.mark.parametrize(
        ("group", "names"),
        [
            ("Rejected", {"p4"}),
            ("Flagged", {"p5"}),
            ("All", {"p0", "p1", "p2", "p3", "p4", "p5"}),
        ],
    )
    def test_groups(self, page: AppTest, group: str, names: set[str]) -> None:
        scored(page).get_by_key("batch.group").set_value(group).run()
        assert set(work_list(page)["own 0"]) == names

    def test_somebody_is_found_by_what_the_callers_columns_say(self, page: AppTest) -> None:
        scored(page).get_by_key("batch.find").set_value("P3").run()
        assert work_list(page)["own 0"].tolist() == ["p3"]
        page.get_by_key("batch.find").set_value("nobody").run()
        assert "No row fits these filters." in words(page)

    def test_a_page_of_rows_goes_to_the_browser(self, page: AppTest) -> None:
        scored(page, table(*ROWS * 30))
        assert len(work_list(page)) == 50
        assert "1 to 50 of 120, highest risk first" in words(page)

    def test_a_tick_shows_what_moved_the_number(self, page: AppTest) -> None:
        scored(page)
        top = work_list(page).iloc[0]
        tick(page, 0)
        assert not page.exception
        assert f"### {percent(top['risk'] / 100)}" in [each.value for each in page.markdown]
        assert f"id {top['own 0']}, row {top['row']}" in words(page)
        first = top["moved"][0].removeprefix("↑ ")
        assert f"{first[0].upper()}{first[1:]}" in words(page)
        assert 'aria-label="From ' in drawings(page)

    def test_a_rejected_row_has_its_reason_and_no_number(self, page: AppTest) -> None:
        tick(scored(page), 5)
        assert not page.title
        assert "Rejected, so there is no risk. Age (age): outside" in words(page)

    def test_a_tick_does_not_pass_to_somebody_else(self, page: AppTest) -> None:
        wards = ("north", "north", "north", "south")  # the second highest risk is in the south
        rows = (f"{ward},{row}" for ward, row in zip(wards, ROWS, strict=True))
        tick(scored(page, table(*rows, header=f"ward,{HEADER}")), 1)
        assert "ward south, row 4" in words(page)
        page.get_by_key("batch.find").set_value("north").run()
        assert work_list(page)["own 0"].tolist() == ["north"] * 3
        assert not page.title
        assert "Tick a row" in words(page)

    def test_a_file_of_which_nothing_is_accepted_is_not_scored(self, page: AppTest) -> None:
        hand_in(page, table(ROWS[0].replace("63", "12")))
        assert "Its only row cannot be scored. 1 row: Age (age): outside" in words(page)
        assert "batch.score" not in keys(page)

    def test_the_result_can_be_taken_away(self, page: AppTest) -> None:
        scored(page)
        offered = {each.label for each in page.get("download_button")}
        assert {"CSV", "Parquet"} <= offered


class Waits(LoadedModel):
    """A model that answers when it is let."""

    go = threading.Event()

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        assert not explain or self.go.wait(SECONDS)
        return super().assess(rows, explain=explain)


@pytest.fixture
def slow(registry: FakeRegistry, loaded: Models) -> Iterator[AppTest]:
    """The page with a version that waits, and a file being scored by it."""
    Waits.go.set()
    registry.models["m-1"] = Waits(loaded["baseline"].source)
    Waits.go.clear()
    yield scored(show("batch", services(registry)))
    Waits.go.set()


class TestScoring:
    def test_while_it_runs_there_is_progress_and_a_way_to_stop(self, slow: AppTest) -> None:
        assert not slow.exception
        assert "Scoring with heart-disease v1" in read(slow.get("progress")[0].proto.text)
        assert "batch.stop" in keys(slow)

    def test_it_ends_by_itself(self, slow: AppTest) -> None:
        Waits.go.set()
        slow.session_state[scoring_run.RUN].wait(SECONDS)
        assert len(work_list(slow.run())) == 6

    def test_stopping_keeps_the_checked_file_and_nothing_else(self, slow: AppTest) -> None:
        slow.get_by_key("batch.stop").click().run()
        assert "Stopped. Nothing of it was kept; the checked file is still here." in words(slow)
        assert "5 accepted" in words(slow)
        Waits.go.set()
        assert "Work list" not in words(slow.run())
        slow.get_by_key("batch.score").click().run()
        assert len(work_list(slow)) == 6

    def test_the_thread_ends_with_the_session(self, slow: AppTest) -> None:
        run = slow.session_state[scoring_run.RUN]
        runtime_caching.clear_session_resource_cache("test session id")
        assert run.was_stopped
        Waits.go.set()
        run.wait(SECONDS)
        assert (run.is_running, run.result) == (False, None)

    def test_a_file_put_away_is_no_longer_scored(self, slow: AppTest) -> None:
        run = slow.session_state[scoring_run.RUN]
        slow.get_by_key("batch.put_away").click().run()
        assert run.was_stopped

    def test_a_failure_is_told_and_the_file_is_still_there(self, page: AppTest) -> None:
        rows = (f"1,{row}" for row in ROWS)
        scored(page, table(*rows, header=f"risk,{HEADER}"))
        assert not page.exception
        assert "Column risk is in the file already" in read(page.error[0].value)
        assert "batch.score" in keys(page)


class Renamed(LoadedModel):
    """A version whose inputs have other names."""

    def __init__(self, source: object) -> None:
        super().__init__(source)
        first, *rest = self.schema.features
        self.schema = replace(self.schema, features=(replace(first, name="years"), *rest))


class TestVersions:
    def test_numbers_keep_the_name_of_the_version_they_are_from(self, page: AppTest) -> None:
        scored(page)
        before = work_list(page)
        page.get_by_key("version").set_value(2).run()
        said = words(page)
        assert "These numbers are by heart-disease v1, in this app. Chosen now: " in said
        assert "Work list by heart-disease v1" in said
        pd.testing.assert_frame_equal(work_list(page), before)
        assert "heart-disease v1, baseline · run 11111111" in said
        page.get_by_key("batch.score").click().run()
        said = words(page)
        assert "Work list by heart-disease v2" in said
        assert "These numbers are by" not in said
        assert work_list(page)["risk"].tolist() != before["risk"].tolist()

    def test_a_version_that_cannot_be_used_takes_no_work_list_away(
        self, registry: FakeRegistry, page: AppTest
    ) -> None:
        scored(page)
        before = work_list(page)
        registry.models["m-2"] = BundleRefused("The files are not those that were logged.")
        page.get_by_key("version").set_value(2).run()
        assert not page.exception
        assert "The files are not those that were logged." in read(page.error[0].value)
        assert "Work list by heart-disease v1" in words(page)
        pd.testing.assert_frame_equal(work_list(page), before)

    def test_two_versions_are_compared_at_the_threshold(self, page: AppTest) -> None:
        scored(page, table(*ROWS, *(row.replace("2.3", "1.1") for row in ROWS)))
        page.get_by_key("batch.second").set_value("v2 logistic").run()
        assert not page.exception
        (found,) = [each.value for each in page.dataframe if "Below by v2" in each.value.columns]
        assert found["All"].sum() == 8
        assert "do not change." in words(page)

    def test_a_version_with_other_inputs_is_not_compared(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        registry.models["m-2"] = Renamed(loaded["logistic"].source)
        page = scored(show("batch", services(registry)))
        page.get_by_key("batch.second").set_value("v2 logistic").run()
        assert "heart-disease v2 takes other inputs" in read(page.error[0].value)


def validated(page: AppTest) -> list[str]:
    """The columns of the table of metrics."""
    (found,) = (each.value for each in page.dataframe if "Metric" in each.value.columns)
    return [*found.columns]


class TestValidation:
    def test_nothing_is_offered_without_a_column_of_the_callers(self, page: AppTest) -> None:
        scored(page, table())
        assert "Validate" not in words(page)

    def test_the_named_outcome_is_measured(self, page: AppTest) -> None:
        scored(page, WITH_OUTCOMES)
        page.get_by_key("batch.outcome").set_value("mi").run()
        page.get_by_key("batch.validate").click().run()
        assert not page.exception
        assert "60 patients with a risk and an outcome, all of whom were used" in words(page)
        assert "20 of them had it." in words(page)
        assert validated(page) == ["Metric", "v1 [95 % interval]"]
        (found,) = [each.value for each in page.dataframe if "Metric" in each.value.columns]
        assert found["Metric"].tolist() == list(METRICS.values())
        assert page.get_by_key("batch.Calibration").proto.alt.startswith("Calibration.")

    def test_a_second_version_is_measured_beside_it(self, page: AppTest) -> None:
        scored(page, WITH_OUTCOMES)
        page.get_by_key("batch.outcome").set_value("mi").run()
        page.get_by_key("batch.second").set_value("v2 logistic").run()
        page.get_by_key("batch.validate").click().run()
        assert validated(page) == ["Metric", "v1 [95 % interval]", "v2 [95 % interval]"]
        calibration = next(
            json.loads(each.proto.spec)
            for each in page.get("plotly_chart")
            if each.proto.id.endswith("batch.Calibration")
        )
        assert {"v1", "v2"} <= {trace.get("name") for trace in calibration["data"]}
        page.get_by_key("batch.second").set_value("no other version").run()
        assert not [each for each in page.dataframe if "Metric" in each.value.columns]  # asked anew

    def test_what_a_local_prevalence_shifts_can_be_validated(self, page: AppTest) -> None:
        scored(page, WITH_OUTCOMES)
        page.get_by_key("batch.outcome").set_value("mi").run()
        assert "batch.shifted" not in keys(page)
        ratios = []
        for local in (None, 10.0):
            page.get_by_key("prevalence").set_value(local).run()
            if local is not None:
                page.get_by_key("batch.shifted").set_value(True).run()
            page.get_by_key("batch.validate").click().run()
            assert not page.exception
            (found,) = [each.value for each in page.dataframe if "Metric" in each.value.columns]
            told = found.set_index("Metric").iloc[:, 0]
            ratios.append(float(told[METRICS["observed_to_expected"]].split()[0]))
        assert ratios[1] > 1.1 * ratios[0]  # the risks are lower now, the outcomes are not
        assert [*found.columns] == ["Metric", "v1 at 10 % [95 % interval]"]
        assert "Shifted to a local prevalence of 10 %" in words(page)
        page.get_by_key("batch.shifted").set_value(False).run()
        assert not [each for each in page.dataframe if "Metric" in each.value.columns]  # asked anew

    def test_too_few_are_told(self, page: AppTest) -> None:
        scored(page).get_by_key("batch.outcome").set_value("sick").run()
        page.get_by_key("batch.validate").click().run()
        assert "At least 10 of each are needed." in words(page)

    def test_a_column_of_names_is_no_outcome(self, page: AppTest) -> None:
        rows = (f"p{at},{row}" for at, row in enumerate(ROWS * 3))
        scored(page, table(*rows, header=f"id,{HEADER}"))
        page.get_by_key("batch.outcome").set_value("id").run()
        assert "has more than 10 values" in words(page)
        assert "batch.validate" not in keys(page)


def test_two_sessions_never_see_each_others_patients(registry: FakeRegistry) -> None:
    given = services(registry)
    mine, theirs = show("batch", given), show("batch", given)
    scored(mine)
    theirs.run()
    assert theirs.file_uploader
    assert "p0" not in json.dumps([frame.value.to_json() for frame in theirs.dataframe])
    scored(theirs, table(*(f"q{at},{row}" for at, row in enumerate(ROWS)), header=f"id,{HEADER}"))
    assert set(work_list(theirs)["own 0"]) == {"q0", "q1", "q2", "q3"}
    assert "p0" in set(work_list(mine.run())["own 0"])
