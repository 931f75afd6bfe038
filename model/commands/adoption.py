"""Other people's models: ``adopt``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from model.adoption.opening.refusal import OwnCodeNeeded
from model.adoption.question import Question
from model.commands.exit_codes import DONE, FAILED
from model.commands.training import report_json, report_text
from model.errors import BedsideError, DecisionNeeded

UNDECIDED: dict[str, Any] = {
    "study": None,
    "version": None,
    "model_id": None,
    "kind": None,
    "rows_compared": 0,
    "largest_difference": None,
    "decisions": [],
}
"""What is printed where nothing was adopted."""


def take(adopt: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    which = adopt.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "reference", metavar="REF", nargs="?", help="a version, a logged model, or a model's file"
    )
    which.add_argument("--all", action="store_true", help="every model that nobody adopted yet")
    adopt.add_argument("--study", type=Path, metavar="FILE.yaml", help="what a person decided")
    adopt.add_argument("--data", type=Path, metavar="TABLE", help="patients: CSV or Parquet")
    adopt.add_argument(
        "--run-its-code",
        action="store_true",
        help="let a model that brings its own code run it, in a process of its own",
    )
    adopt.add_argument("--dry-run", action="store_true", help="look and ask; register nothing")
    adopt.add_argument("--name", help="of the adopted version's registered model")
    adopt.add_argument("--alias", help="point this alias at the adopted version")
    adopt.add_argument(
        "--drafts", type=Path, default=Path(), metavar="FOLDER", help="where a draft is written"
    )
    adopt.add_argument("--progress", choices=("text", "json"), default="text", help="on stderr")
    adopt.set_defaults(command="adopt")


def adopt(chosen: argparse.Namespace) -> int:
    """Make a model that somebody else logged a version, or all of them; print each as JSON."""
    if chosen.all:
        return _adopt_all(chosen)
    try:
        return _adopt_one(chosen, chosen.reference)
    except BedsideError as error:
        own_code = isinstance(error, OwnCodeNeeded)
        print(json.dumps({**UNDECIDED, "error": str(error), "needs_its_code": own_code}))
        raise


def _adopt_one(chosen: argparse.Namespace, reference: str) -> int:
    from model.adoption.adopt import Order
    from model.adoption.adopt import adopt as run
    from model.adoption.worker.environment import computing

    order = Order(
        reference,
        chosen.environ["MLFLOW_TRACKING_URI"],
        study=chosen.study,
        data=chosen.data,
        run_its_code=chosen.run_its_code,
        dry_run=chosen.dry_run,
        name=chosen.name or "",
        alias=chosen.alias or "",
        drafts=chosen.drafts,
        settings=computing(chosen.environ),
    )
    try:
        adopted = run(order, report_json if chosen.progress == "json" else report_text)
    except DecisionNeeded as needed:
        print(f"\n{needed}", file=sys.stderr)
        if needed.draft is not None:
            again = f"python -m model adopt {reference} --study {needed.draft}"
            print(f"Everything else is filled in: {needed.draft}. Then: {again}", file=sys.stderr)
        undecided = UNDECIDED | {
            "study": str(needed.draft) if needed.draft else None,
            "decisions": [str(question) for question in needed.questions],
            "questions": [q.to_document() for q in needed.questions if isinstance(q, Question)],
        }
        print(json.dumps(undecided, ensure_ascii=False))
        return FAILED
    print(json.dumps(adopted.to_document(), ensure_ascii=False))
    return DONE


def _adopt_all(chosen: argparse.Namespace) -> int:
    """Every model nobody adopted yet; what needs a decision is listed and left."""
    from model.adoption import unadopted

    worst = DONE
    for reference in unadopted.references(chosen.environ["MLFLOW_TRACKING_URI"]):
        print(f"{reference}:", file=sys.stderr)
        try:
            worst = max(worst, _adopt_one(chosen, reference))
        except BedsideError as error:
            print(error, file=sys.stderr)
            told = {"reference": reference, "version": None, "decisions": [str(error)]}
            print(json.dumps(told, ensure_ascii=False))
            worst = FAILED
    return worst
