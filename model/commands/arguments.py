"""The command line: which commands there are, and what each takes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model import estimators, studies
from model.commands import adoption, study
from model.registry import conventions, model_server

ALIASES = (conventions.CHAMPION, conventions.CHALLENGER)
ORIGINALS = Path("originals")
STUDIES = (*studies.names(), "one of BEDSIDE_STUDIES", "FILE.yaml")
CHAMPION = f"models:/{studies.DEFAULT}@{conventions.CHAMPION}"


def parser() -> argparse.ArgumentParser:
    """The commands and what each takes; `command` of what is parsed names the chosen one."""
    whole = argparse.ArgumentParser(
        prog="python -m model", description="Train and keep clinical risk models in MLflow."
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    _train(commands)
    adoption.take(commands.add_parser("adopt", help="make somebody else's model a version"))
    study.take(commands.add_parser("study", help="draft and check a study of your own"))
    _files(commands)
    _promote(commands)
    _serve(commands)
    _receipts(commands)
    _audit(commands)
    _data(commands)
    return whole


def _train(commands: Any) -> None:
    """A new version."""
    train = commands.add_parser("train", help="train a model and log it as a new version")
    train.add_argument("--study", default=studies.DEFAULT, help=_choices(STUDIES))
    train.add_argument(
        "--estimator",
        default=estimators.DEFAULT,
        metavar="NAME|FILE.py",
        help=f"{_choices(estimators.names())}; or a file that builds one",
    )
    train.add_argument(
        "--repeats", type=_count, default=20, help="repeats of 10-fold cross-validation"
    )
    train.add_argument(
        "--alias",
        help="point this alias at the new version; without it a study's first version becomes its "
        "champion",
    )
    train.add_argument(
        "--data", type=Path, metavar="TABLE", help="train on another table; - is standard input"
    )
    train.add_argument(
        "--allow-unpinned-data",
        action="store_true",
        help="train although the table's hash is not pinned; the run and the model card say so",
    )
    train.add_argument("--progress", choices=("text", "json"), default="text", help="on stderr")
    train.set_defaults(command="train")


def _files(commands: Any) -> None:
    """Files of patients: two commands that read them alike."""
    check = commands.add_parser("check", help="check a file of patients, and say what is wrong")
    check.add_argument("--clean", type=Path, metavar="OUT.csv", help="write the accepted rows")
    check.add_argument(
        "--propose",
        type=Path,
        metavar="MAP.yaml",
        help="write how the file seems to be meant, to be looked through and used with --map",
    )
    check.add_argument("--json", action="store_true", help="print one JSON object")
    asks = check.add_mutually_exclusive_group()
    asks.add_argument("--study", default=studies.DEFAULT, help=_choices(STUDIES))
    asks.add_argument("--model", metavar="REF", help="check as this version does")
    check.set_defaults(command="check")

    score = commands.add_parser("score", help="score a file of patients")
    score.add_argument(
        "--output", type=Path, required=True, metavar="OUT", help="ends in .csv, .parquet or .xlsx"
    )
    score.add_argument(
        "--model",
        metavar="REF",
        default=CHAMPION,
        help="a version or a bundle folder (%(default)s)",
    )
    score.add_argument("--explain", action="store_true", help="also write every contribution")
    score.add_argument("--endpoint", metavar="NAME", help="score through this REST endpoint")
    score.add_argument(
        "--engine",
        choices=("local", "spark"),
        default="local",
        help="on this machine, or on Apache Spark as it is configured",
    )
    score.set_defaults(command="score")

    for command in (check, score):
        _file(command)


def _file(command: argparse.ArgumentParser) -> None:
    """A file of patients, and how it is to be read."""
    command.add_argument(
        "file", metavar="FILE", help="CSV, Parquet or Excel (.xlsx); - is standard input"
    )
    command.add_argument(
        "--map",
        type=Path,
        metavar="MAP.yaml",
        help="read the file as this mapping says; check --propose drafts one",
    )
    command.add_argument(
        "--sheet",
        default="",
        metavar="NAME",
        help="of a workbook, the sheet with the patients, where several could hold them",
    )
    command.add_argument(
        "--convert",
        action="append",
        default=[],
        metavar="NAME",
        help="convert first, if the file is so; a refused file is told the name, such as mmol",
    )


def _promote(commands: Any) -> None:
    """Who a study's page opens with."""
    promote = commands.add_parser("promote", help="point an alias at a version, with a reason")
    which = promote.add_mutually_exclusive_group(required=True)
    which.add_argument("reference", metavar="REF", nargs="?", help="the version to promote")
    which.add_argument("--back", action="store_true", help="to the version it was at before")
    promote.add_argument("--reason", required=True, metavar="TEXT", help="recorded with it")
    promote.add_argument(
        "--with-gaps",
        default="",
        metavar="REASON",
        help="make it champion although its study has gaps; recorded with it",
    )
    promote.add_argument("--alias", choices=ALIASES, default=conventions.CHAMPION)
    promote.add_argument(
        "--study", default=studies.DEFAULT, help="with --back (default: %(default)s)"
    )
    promote.set_defaults(command="promote")


def _serve(commands: Any) -> None:
    """A version over REST."""
    serve = commands.add_parser("serve", help="serve a version over REST, on this machine alone")
    serve.add_argument("reference", metavar="REF", help="the version to serve")
    serve.add_argument("--port", type=int, help="(default: one that is free)")
    serve.add_argument(
        "--env-manager",
        choices=model_server.ENVIRONMENTS,
        default=model_server.ENVIRONMENTS[0],
        help="makes the version's own environment; local takes this one (default: %(default)s)",
    )
    serve.set_defaults(command="serve")


def _receipts(commands: Any) -> None:
    """A number that somebody kept."""
    verify_receipt = commands.add_parser("verify", help="score a receipt's patient again")
    verify_receipt.add_argument("receipt", type=Path, metavar="RECEIPT.json")
    verify_receipt.add_argument(
        "--model", metavar="REF", help="a version or a bundle folder (default: the receipt's own)"
    )
    verify_receipt.set_defaults(command="verify")


def _audit(commands: Any) -> None:
    """The log of who did what."""
    audit = commands.add_parser("audit", help="look after the audit log")
    audits = audit.add_subparsers(required=True, metavar="ACTION")
    unchanged = audits.add_parser("verify", help="say whether a log is as it was written")
    unchanged.add_argument("file", type=Path, metavar="FILE")
    unchanged.set_defaults(command="verify audit")
    mended = audits.add_parser("repair", help="take away a last line that a full disk cut")
    mended.add_argument("file", type=Path, metavar="FILE")
    mended.set_defaults(command="repair audit")


def _data(commands: Any) -> None:
    """The table a study learns from."""
    data = commands.add_parser("data", help="a study's table, its original files, its dictionary")
    actions = data.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="compare with the originals in a folder")
    verify.add_argument("folder", type=Path, metavar="DIR")
    verify.set_defaults(command="verify data")
    fetch = actions.add_parser("fetch", help="download the originals, check them, and compare")
    fetch.add_argument("folder", type=Path, metavar="DIR", nargs="?", default=ORIGINALS)
    fetch.set_defaults(command="fetch data")
    describe = actions.add_parser("describe", help="print the study's data dictionary, as Markdown")
    describe.set_defaults(command="describe data")
    for action in (verify, fetch, describe):
        action.add_argument("--study", default=studies.DEFAULT, help=_choices(STUDIES))


def _choices(names: Sequence[str]) -> str:
    return f"one of {', '.join(names)} (default: %(default)s)"


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
