"""The parts of what is made to go wrong, each on its own: what it asks, and which tests do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One of them.

    asks : a sentence for the page. tests : as pytest takes them. bound : of those that measure
    nothing, what each that holds has shown.
    """

    name: str
    asks: str
    tests: tuple[str, ...]
    bound: str = ""


FAULTS, MODEL, DASHBOARD = "tests/faults/", "tests/model/", "tests/dashboard/"
BROWSER, BUNDLE = "tests/browser/", f"{MODEL}scoring/test_bundle.py::"

PARTS: tuple[Part, ...] = (
    Part(
        "deadlines",
        "A tracking server, a database, an artifact store or an endpoint drips, hangs, redirects, "
        "is locked, damaged, away or not what it should be: the app says so after three seconds, "
        "the bound leaves room for a busy machine, and it goes on once that is over.",
        (
            f"{FAULTS}test_tracking.py",
            f"{FAULTS}test_artifacts.py",
            f"{MODEL}test_deadline.py",
            f"{MODEL}endpoints/test_rest_scorer.py",
        ),
    ),
    Part(
        "addresses",
        "Odd addresses of tracking servers and endpoints, more than forty: nobody is asked.",
        (
            f"{FAULTS}test_addresses.py::test_an_odd_tracking_server_ends_in_a_sentence",
            f"{FAULTS}test_addresses.py::test_an_odd_endpoint_ends_in_a_sentence",
        ),
        "0 connections",
    ),
    Part(
        "memory",
        "Files made to be small and become large, and files of 20 MB: how far memory rises over "
        "that of the process before.",
        (f"{FAULTS}test_hostile_files.py",),
    ),
    Part(
        "bundles",
        "Hostile bundles and models, more than forty: nothing of them is executed.",
        (
            f"{BUNDLE}test_a_hostile_bundle_is_refused_in_a_line_and_nothing_of_it_runs",
            f"{BUNDLE}test_a_hostile_forest_is_refused_in_a_line_and_nothing_of_it_runs",
            f"{FAULTS}test_pickles.py::test_mlflow_loads_no_pickle_where_our_settings_hold",
        ),
        "0 executed",
    ),
    Part(
        "canary",
        "A value nobody else has is typed, handed in as a file and as a record, sent to an "
        "endpoint, printed and crashed with: it is in no log, record or file that is left.",
        (
            f"{FAULTS}test_reprs.py",
            f"{FAULTS}test_canary.py",
            "tests/contract/test_serving.py::test_a_patient_the_form_would_not_take_is_refused_"
            "without_a_value_in_answer_or_log",
            f"{DASHBOARD}test_app.py::TestTheEdge::test_a_page_that_breaks_off_says_so_in_a_"
            "sentence_with_a_code",
            f"{DASHBOARD}test_app.py::TestTheEdge::test_what_streamlit_would_log_whole_is_logged_"
            "without_its_text",
            f"{DASHBOARD}test_batch_run.py::test_an_error_of_ours_is_told_without_its_text",
            f"{DASHBOARD}test_audit_trail.py::test_a_scored_file_and_what_is_taken_away_are_"
            "written_down_without_a_value",
            f"{DASHBOARD}components/patient/test_health_record.py::test_nothing_of_it_is_in_the_"
            "address_or_in_what_is_logged",
            f"{DASHBOARD}report/test_document.py::test_its_properties_hold_nothing_of_the_patient",
            f"{BROWSER}test_first_visit.py::test_nothing_of_the_patient_is_left_behind",
            f"{BROWSER}test_batch.py::test_nothing_of_the_patients_is_left_behind",
            f"{BROWSER}test_endpoint.py::test_nothing_of_the_patient_is_left_on_either_side",
        ),
        "0 hits",
    ),
    Part(
        "host",
        "The disk is full or may not be written to, or the clock is set back.",
        (f"{FAULTS}test_host.py", f"{MODEL}registry/test_audit_log.py"),
    ),
    Part("web", "The running server, and pages of other origins.", ("tests/web",)),
    Part(
        "training",
        "Trainings in each other's way, and one killed at fifty moments.",
        (f"{FAULTS}test_training.py", f"{MODEL}registry/test_patience.py"),
    ),
    Part(
        "load",
        "Twenty people hand in 10,000 patients each at once; each gets all of their own back.",
        (f"{FAULTS}test_load.py",),
    ),
    Part(
        "endurance",
        "Ten visitors, each with a changed value every two seconds, for half an hour.",
        (f"{FAULTS}test_endurance.py",),
    ),
)


def chosen(names: list[str]) -> list[Part]:
    """The parts of these names; all where there are none.

    Raises
    ------
    ValueError
    """
    known = {part.name: part for part in PARTS}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"no part {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else list(PARTS)
