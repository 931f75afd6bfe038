"""Trainings and their data: ``train`` and ``data``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from model.commands.exit_codes import DONE, studies_folder, study
from model.studies.source import InMemory


def train(chosen: argparse.Namespace) -> int:
    """Train a model, log it as a version, and print where it is as one JSON object."""
    from model.registry.store_copy import require_writable
    from model.training import train as training

    require_writable(chosen.environ["MLFLOW_TRACKING_URI"])
    report = report_json if chosen.progress == "json" else report_text
    trained = training.train(
        chosen.study,
        chosen.estimator,
        repeats=chosen.repeats,
        alias=chosen.alias,
        table_path=_table(chosen),
        allow_unpinned=chosen.allow_unpinned_data,
        studies_folder=studies_folder(chosen),
        shared="MLFLOW_TRACKING_URI" in chosen.given,
        progress=report,
    )
    metrics = {name: asdict(estimate) for name, estimate in trained.metrics.items()}
    print(
        json.dumps(
            {
                "run_id": trained.run_id,
                "model_id": trained.model_id,
                "version": trained.version,
                "metrics": metrics,
            }
        )
    )
    return DONE


def _table(chosen: argparse.Namespace) -> Path | InMemory | None:
    """The table given in place of the study's own: a file, or what comes in on standard input."""
    if chosen.data != Path("-"):
        given: Path | None = chosen.data
        return given
    return InMemory(study(chosen).source.table.name, sys.stdin.buffer.read())


def verify_data(chosen: argparse.Namespace) -> int:
    """Compare a study's table with the original files in a folder."""
    from model.studies import source_files

    print(source_files.verify(study(chosen).source, chosen.folder))
    return DONE


def fetch_data(chosen: argparse.Namespace) -> int:
    """Download the original files into a folder, and compare."""
    from model.studies import source_files

    print(source_files.fetch(study(chosen).source, chosen.folder))
    return DONE


def describe_data(chosen: argparse.Namespace) -> int:
    """Print a study's data dictionary, as Markdown."""
    from model.studies import dictionary

    print(dictionary.markdown(study(chosen).schema), end="")
    return DONE


def report_text(stage: str, done: float) -> None:
    """Show a stage and how much of the whole is done, 0 to 1, on one line of the error stream."""
    print(f"\r{stage} … {done:4.0%}".ljust(40), end="\n" if done >= 1 else "", file=sys.stderr)


def report_json(stage: str, done: float) -> None:
    print(json.dumps({"stage": stage, "done": done}), file=sys.stderr, flush=True)
