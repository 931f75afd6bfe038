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


FAULTS, MODEL = "tests/faults/", "tests/model/"

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
        (f"{FAULTS}test_addresses.py",),
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
            f"{MODEL}scoring/test_bundle.py",
            f"{MODEL}scoring/test_documents.py",
            f"{FAULTS}test_pickles.py",
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
            "tests/contract/test_serving.py",
            "tests/dashboard/test_app.py",
            "tests/dashboard/test_batch_run.py",
            "tests/dashboard/test_audit_trail.py",
            "tests/dashboard/components/patient/test_health_record.py",
            "tests/dashboard/report/test_document.py",
            "tests/browser/test_first_visit.py",
            "tests/browser/test_batch.py",
            "tests/browser/test_endpoint.py",
        ),
        "0 hits",
    ),
    Part(
        "host",
        "The disk is full or may not be written to, or the clock is set back.",
        (f"{FAULTS}test_host.py", f"{MODEL}registry/test_audit_log.py"),
        "whole, or nothing",
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
