"""Other people's models: ``adopt``."""

from __future__ import annotations

import argparse
import json
import sys

from model.commands.exit_codes import DONE, FAILED, worker_settings
from model.commands.training import report_text
from model.errors import BedsideError, DecisionNeeded


def adopt(chosen: argparse.Namespace) -> int:
    if chosen.all:
        return _adopt_all(chosen)
    return _adopt_one(chosen, chosen.reference)


def _adopt_one(chosen: argparse.Namespace, reference: str) -> int:
    from model.adoption.adopt import Order
    from model.adoption.adopt import adopt as run

    order = Order(
        reference,
        chosen.environ["MLFLOW_TRACKING_URI"],
        study=chosen.study,
        data=chosen.data,
        run_its_code=chosen.run_its_code,
        dry_run=chosen.dry_run,
        name=chosen.name or "",
        alias=chosen.alias or "",
        settings=worker_settings(chosen.environ),
    )
    try:
        adopted = run(order, report_text)
    except DecisionNeeded as needed:
        print(f"\n{needed}", file=sys.stderr)
        if needed.draft is not None:
            again = f"python -m model adopt {reference} --study {needed.draft}"
            print(f"Everything else is filled in: {needed.draft}. Then: {again}", file=sys.stderr)
        undecided = {
            "study": str(needed.draft) if needed.draft else None,
            "version": None,
            "model_id": None,
            "kind": None,
            "rows_compared": 0,
            "largest_difference": None,
            "decisions": list(needed.questions),
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
