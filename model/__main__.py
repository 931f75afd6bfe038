"""``python -m model …``: arguments and exit codes, no logic."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import signal
import sys
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from model import studies, tracking
from model.arguments import parser
from model.errors import BedsideError, InputError

if TYPE_CHECKING:
    from model.audit import AuditLog
    from model.registry import Registry
    from model.scoring import LoadedModel
    from model.scoring.batch import Scorer

DONE, REFUSED = 0, 2
PATIENCE = 60.0  # seconds an endpoint may be away between two requests of a batch


def main(arguments: Sequence[str], environ: MutableMapping[str, str]) -> int:
    """Run one command.

    Returns
    -------
    The exit code: 0 done, 1 an error that is told in a sentence, 2 arguments not understood, or a
    file of patients refused.
    """
    for name, value in tracking.CLIENT_SETTINGS.items():
        environ.setdefault(name, value)
    environ.setdefault("MLFLOW_TRACKING_URI", tracking.EMBEDDED_STORE)
    chosen = parser().parse_args(arguments)
    chosen.environ = environ
    try:
        return COMMANDS[chosen.command](chosen)
    except BedsideError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing unfinished is offered.", file=sys.stderr)
        return 1


def _check(chosen: argparse.Namespace) -> int:
    from model import console
    from model.intake import examine
    from model.intake.clean import clean

    schema = studies.find(studies.DEFAULT).schema
    if chosen.model:
        schema = _registry(chosen).open(chosen.model).schema
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


def _score(chosen: argparse.Namespace) -> int:
    if chosen.engine == "spark":
        return _score_on_spark(chosen)
    from model import console
    from model.scoring import batch

    batch.require_result(chosen.file, chosen.output)
    model = _registry(chosen).open(chosen.model)
    scorer = _scorer(chosen, model)
    with console.opened(chosen.file) as file:
        report = batch.score(
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
    from model import console
    from model.scoring import spark

    if chosen.endpoint:
        raise InputError("Spark runs the bundle itself. Leave out --endpoint, or --engine spark.")
    chosen.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    model = _registry(chosen).open(chosen.model)
    report = spark.score(
        spark.session(),
        chosen.file,
        str(chosen.output),
        model,
        explain=chosen.explain,
        convert=chosen.convert,
    )
    console.tell(report, chosen.file, sys.stderr)
    return REFUSED if report.refusal else DONE


def _promote(chosen: argparse.Namespace) -> int:
    from model import promotion

    registry, environ = _registry(chosen), chosen.environ
    if chosen.back:
        version = promotion.previous(registry, chosen.study, chosen.alias)
    else:
        version = registry.resolve(chosen.reference)
    made = promotion.promote(
        registry,
        version,
        chosen.alias,
        reason=chosen.reason,
        who=getpass.getuser(),
        allowed=environ.get("BEDSIDE_ALLOW_PROMOTION", "").lower() == "true",
        audit=_audit_log(environ),
    )
    before = f"v{made.before}" if made.before else "no version"
    print(f"{version.title} is {made.alias} now; before it was {before}.")
    if version.eligibility:
        verdict = "eligible" if version.eligibility.eligible else "not eligible"
        print(f"When it was trained it was {verdict}. {' '.join(version.eligibility.reasons)}")
    return DONE


def _serve(chosen: argparse.Namespace) -> int:
    from model import serving

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    version = _registry(chosen).resolve(chosen.reference)
    print(f"Starting a server for {version.title} …", file=sys.stderr, flush=True)
    with serving.served(
        version.reference, chosen.environ, environment=chosen.env_manager, port=chosen.port
    ) as server:
        print(f"{version.title} ({version.model_id}) answers at {server.url}", flush=True)
        print(
            f"For the app: BEDSIDE_ENDPOINTS={version.study}/{version.number}={server.url}. "
            "Ctrl-C stops the server.",
            file=sys.stderr,
            flush=True,
        )
        try:
            server.wait()
        except KeyboardInterrupt:
            print("Stopped.", file=sys.stderr)
    return DONE


def _audit_log(environ: MutableMapping[str, str]) -> AuditLog | None:
    from model.audit import AuditLog

    path = environ.get("BEDSIDE_AUDIT_LOG", "")
    return AuditLog(Path(path)) if path else None


def _verify_audit(chosen: argparse.Namespace) -> int:
    from model import audit

    print(audit.verify(chosen.file))
    return DONE


def _registry(chosen: argparse.Namespace) -> Registry:
    from model.registry import Registry

    return Registry(chosen.environ["MLFLOW_TRACKING_URI"])


def _scorer(chosen: argparse.Namespace, model: LoadedModel) -> Scorer:
    """The model itself, or the endpoint of that name."""
    if chosen.endpoint is None:
        return model
    from model.scoring.endpoint import named
    from model.scoring.proven import ProvenEndpoint
    from model.scoring.rest import RestScorer

    endpoint = named(chosen.endpoint, chosen.environ.get("BEDSIDE_ENDPOINTS", ""))
    there = RestScorer(endpoint, model.schema, model.golden, patience=PATIENCE)
    there.verify()
    return ProvenEndpoint(there, model)


def _train(chosen: argparse.Namespace) -> int:
    from model.training.procedure import train

    report = _report_json if chosen.progress == "json" else _report_text
    trained = train(
        chosen.study,
        chosen.estimator,
        repeats=chosen.repeats,
        alias=chosen.alias,
        table_path=chosen.data,
        allow_unpinned=chosen.allow_unpinned_data,
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
    return 0


def _verify_data(chosen: argparse.Namespace) -> int:
    from model.training import originals

    print(originals.verify(studies.find(chosen.study).source, chosen.folder))
    return 0


def _fetch_data(chosen: argparse.Namespace) -> int:
    from model.training import originals

    print(originals.fetch(studies.find(chosen.study).source, chosen.folder))
    return 0


def _report_text(stage: str, done: float) -> None:
    print(f"\r{stage} … {done:4.0%}".ljust(40), end="\n" if done >= 1 else "", file=sys.stderr)


def _report_json(stage: str, done: float) -> None:
    print(json.dumps({"stage": stage, "done": done}), file=sys.stderr, flush=True)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "train": _train,
    "check": _check,
    "score": _score,
    "promote": _promote,
    "serve": _serve,
    "verify audit": _verify_audit,
    "verify data": _verify_data,
    "fetch data": _fetch_data,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
