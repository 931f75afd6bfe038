"""Files of patients: ``check`` and ``score``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from model.commands.exit_codes import DONE, REFUSED, audit_log, login, registry, study
from model.errors import InputError
from model.intake.issue import Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from model.files.check_report import Report
    from model.files.understanding.mapping import FileMapping
    from model.files.understanding.proposal import Proposal
    from model.schema import Schema
    from model.scoring import LoadedModel
    from model.scoring.scorer import Scorer

PATIENCE = 60.0  # seconds an endpoint may be away between two requests of a batch


def check(chosen: argparse.Namespace) -> int:
    """Say what is wrong with a file of patients; exit code 2 if it is refused as a whole."""
    from model.commands import console
    from model.files.check_file import examine
    from model.files.results.cleaned_file import clean

    schema = registry(chosen).open(chosen.model).schema if chosen.model else study(chosen).schema
    mapping = _mapping(chosen, schema)
    convert, sheet = chosen.convert, chosen.sheet
    with console.opened(chosen.file) as file:
        if chosen.propose:
            console.tell_proposal(_propose(file, chosen, schema), chosen, sys.stderr)
        if chosen.clean:
            report = clean(
                file, chosen.clean, schema, convert=convert, mapping=mapping, sheet=sheet
            )
        else:
            report = examine(file, schema, convert=convert, mapping=mapping, sheet=sheet)
    if chosen.json:
        print(json.dumps(report.to_document(), ensure_ascii=False))
    else:
        console.tell(report, chosen.file, sys.stdout)
    return REFUSED if report.refusal else DONE


def score(chosen: argparse.Namespace) -> int:
    """Score a file of patients into another; exit code 2 if it is refused as a whole."""
    if chosen.engine == "spark":
        return _score_on_spark(chosen)
    from model.commands import console, memory
    from model.files import score_file

    memory.keep_level()
    score_file.require_result(chosen.file, chosen.output)
    model = registry(chosen).open(chosen.model)
    scorer = _scorer(chosen, model)
    mapping = _mapping(chosen, model.schema)
    with console.opened(chosen.file) as file:
        report = _on_record(
            chosen,
            chosen.endpoint or "",
            lambda: score_file.score(
                file,
                chosen.output,
                scorer,
                model,
                explain=chosen.explain,
                convert=chosen.convert,
                mapping=mapping,
                sheet=chosen.sheet,
                progress=console.Progress(sys.stderr),
            ),
        )
    return _scored(report, chosen.file, model)


def _on_record(chosen: argparse.Namespace, route: str, work: Callable[[], Report]) -> Report:
    """A scoring of a file, with its intent and its outcome in the operator's log, if there is one:
    what cannot be logged is not done.
    """
    from model.registry.audit_log import INTENDED, Entry

    log = audit_log(chosen)
    entry = Entry(login(), "scored", chosen.model, route=route, outcome=INTENDED)
    if log is not None:
        log.add(entry)
    report = work()
    if log is not None:
        rows = 0 if report.refusal else report.rows - report.counts[Severity.REJECTED]
        outcome = f"refused: {report.refusal.code}" if report.refusal else "done"
        log.add(replace(entry, rows=rows, outcome=outcome))
    return report


def _score_on_spark(chosen: argparse.Namespace) -> int:
    from model.files.spark import job

    if chosen.sheet:
        raise InputError("Spark reads CSV and Parquet, which have no sheets. Leave out --sheet.")
    if chosen.endpoint:
        raise InputError("Spark runs the bundle itself. Leave out --endpoint, or --engine spark.")
    chosen.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    model = registry(chosen).open(chosen.model)
    mapping = _mapping(chosen, model.schema)
    report = _on_record(
        chosen,
        "spark",
        lambda: job.score(
            job.session(),
            chosen.file,
            str(chosen.output),
            model,
            explain=chosen.explain,
            convert=chosen.convert,
            mapping=mapping,
        ),
    )
    return _scored(report, chosen.file, model)


def _scored(report: Report, file: str, model: LoadedModel) -> int:
    """Tell what became of a file, and for whom its risks hold."""
    from model.commands import console

    console.tell(report, file, sys.stderr)
    if report.refusal:
        return REFUSED
    if population := model.schema.outcome.population:
        print(f"The risks hold for {population}, and for nobody else.", file=sys.stderr)
    return DONE


def _mapping(chosen: argparse.Namespace, schema: Schema) -> FileMapping | None:
    """How the caller says that the file is to be read."""
    if chosen.map is None:
        return None
    from model.files.understanding import mapping_file

    try:
        content = chosen.map.read_bytes()
    except OSError as error:
        raise InputError(f"{chosen.map} cannot be read: {error.strerror}.") from None
    return mapping_file.from_yaml(content, schema)


def _propose(file: BinaryIO, chosen: argparse.Namespace, schema: Schema) -> Proposal | None:
    """Write the draft of a mapping; of a file that is no table there is none."""
    from model.errors import FileRefused
    from model.files.atomic_write import appearing
    from model.files.reading import beginning
    from model.files.understanding import mapping_file

    try:
        proposal = beginning.propose(file, schema, sheet=chosen.sheet)
    except FileRefused:
        return None  # the check says why
    draft = mapping_file.draft(proposal)
    with appearing(chosen.propose) as target:
        target.write(draft.encode())
    return proposal


def _scorer(chosen: argparse.Namespace, model: LoadedModel) -> Scorer:
    """The model itself, or the endpoint of that name."""
    if chosen.endpoint is None:
        return model
    from model.endpoints.endpoint import named
    from model.endpoints.proven_scorer import ProvenEndpoint
    from model.endpoints.rest_scorer import RestScorer

    endpoint = named(chosen.endpoint, chosen.environ.get("BEDSIDE_ENDPOINTS", ""))
    there = RestScorer(endpoint, model.schema, model.golden, patience=PATIENCE)
    there.verify()
    return ProvenEndpoint(there, model)
