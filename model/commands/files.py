"""Files of patients: ``check`` and ``score``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from model.commands.exit_codes import DONE, REFUSED, registry, study
from model.errors import InputError

if TYPE_CHECKING:
    from model.scoring import LoadedModel
    from model.scoring.scorer import Scorer

PATIENCE = 60.0  # seconds an endpoint may be away between two requests of a batch


def check(chosen: argparse.Namespace) -> int:
    from model.commands import console
    from model.files.check_file import examine
    from model.files.results.cleaned_file import clean

    schema = registry(chosen).open(chosen.model).schema if chosen.model else study(chosen).schema
    with console.opened(chosen.file) as file:
        if chosen.clean:
            report = clean(file, chosen.clean, schema, convert=chosen.convert)
        else:
            report = examine(file, schema, convert=chosen.convert)
    if chosen.json:
        print(json.dumps(report.to_document(), ensure_ascii=False))
    else:
        console.tell(report, chosen.file, sys.stdout)
    return REFUSED if report.refusal else DONE


def score(chosen: argparse.Namespace) -> int:
    if chosen.engine == "spark":
        return _score_on_spark(chosen)
    import pyarrow as pa

    from model.commands import console
    from model.files import score_file

    # Arrow's own allocators return memory that the next chunk asks for again.
    pa.set_memory_pool(pa.system_memory_pool())
    score_file.require_result(chosen.file, chosen.output)
    model = registry(chosen).open(chosen.model)
    scorer = _scorer(chosen, model)
    with console.opened(chosen.file) as file:
        report = score_file.score(
            file,
            chosen.output,
            scorer,
            model,
            explain=chosen.explain,
            convert=chosen.convert,
            progress=console.Progress(sys.stderr),
        )
    console.tell(report, chosen.file, sys.stderr)
    return REFUSED if report.refusal else DONE


def _score_on_spark(chosen: argparse.Namespace) -> int:
    from model.commands import console
    from model.files.spark import job

    if chosen.endpoint:
        raise InputError("Spark runs the bundle itself. Leave out --endpoint, or --engine spark.")
    chosen.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    model = registry(chosen).open(chosen.model)
    report = job.score(
        job.session(),
        chosen.file,
        str(chosen.output),
        model,
        explain=chosen.explain,
        convert=chosen.convert,
    )
    console.tell(report, chosen.file, sys.stderr)
    return REFUSED if report.refusal else DONE


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
