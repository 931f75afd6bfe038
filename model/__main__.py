"""``python -m model …``: arguments and exit codes, no logic."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import MutableMapping, Sequence
from dataclasses import asdict
from pathlib import Path

from model import estimators, studies, tracking
from model.errors import BedsideError

ORIGINALS = Path("uci-originals")


def main(arguments: Sequence[str], environ: MutableMapping[str, str]) -> int:
    """Run one command.

    Returns
    -------
    The exit code: 0 done, 1 an error that is told in a sentence, 2 arguments not understood.
    """
    for name, value in tracking.CLIENT_SETTINGS.items():
        environ.setdefault(name, value)
    environ.setdefault("MLFLOW_TRACKING_URI", tracking.EMBEDDED_STORE)
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.command(chosen))
    except BedsideError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing unfinished is offered.", file=sys.stderr)
        return 1


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model", description="Train and keep clinical risk models in MLflow."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train a model and log it as a new version")
    train.add_argument("--study", default=studies.DEFAULT, help=_choices(studies.names()))
    train.add_argument("--estimator", default=estimators.DEFAULT, help=_choices(estimators.names()))
    train.add_argument(
        "--repeats", type=_count, default=20, help="repeats of 10-fold cross-validation"
    )
    train.add_argument(
        "--alias",
        help="point this alias at the new version; without it a study's first version becomes its "
        "champion",
    )
    train.add_argument("--data", type=Path, metavar="CSV", help="train on another table")
    train.add_argument(
        "--allow-unpinned-data",
        action="store_true",
        help="train although the table's hash is not pinned; the run and the model card say so",
    )
    train.add_argument("--progress", choices=("text", "json"), default="text", help="on stderr")
    train.set_defaults(command=_train)

    data = commands.add_parser("data", help="compare the study's table with the original files")
    actions = data.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="compare with the originals in a folder")
    verify.add_argument("folder", type=Path, metavar="DIR")
    verify.set_defaults(command=_verify_data)
    fetch = actions.add_parser("fetch", help="download the originals, check them, and compare")
    fetch.add_argument("folder", type=Path, metavar="DIR", nargs="?", default=ORIGINALS)
    fetch.set_defaults(command=_fetch_data)
    for action in (verify, fetch):
        action.add_argument("--study", default=studies.DEFAULT, help=_choices(studies.names()))
    return parser


def _choices(names: Sequence[str]) -> str:
    return f"one of {', '.join(names)} (default: %(default)s)"


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
