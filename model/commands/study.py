"""A study of one's own: ``study new``, ``study check`` and ``study schema``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from model import estimators, studies
from model.commands.exit_codes import DONE
from model.errors import OutputError, TableRefused

if TYPE_CHECKING:
    from model.drafting.draft import Draft

LARGEST_TABLE_BYTES = 512_000_000
LINES_SHOWN = 30


def take(parser: argparse.ArgumentParser) -> None:
    """Add what each of the commands takes."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    draft = actions.add_parser("new", help="draft a study's file from a table of patients")
    draft.add_argument("table", type=Path, metavar="TABLE", help="ends in .csv, .parquet or .xlsx")
    draft.add_argument("--outcome", required=True, metavar="COLUMN", help="what is to be predicted")
    draft.add_argument("--output", type=Path, required=True, metavar="FILE.yaml")
    draft.add_argument(
        "--present",
        action="append",
        default=[],
        metavar="VALUE",
        help="a value of the outcome's column that means it is present, where that is not plain",
    )
    draft.add_argument(
        "--sheet", default="", help="of a workbook, where several sheets could hold the patients"
    )
    draft.add_argument(
        "--dictionary", type=Path, metavar="REDCAP.csv", help="the table's REDCap data dictionary"
    )
    draft.add_argument("--name", help="of the study (default: from the output's name)")
    for option, what in (("--keep", "an input, whatever it looks like"), ("--drop", "no input")):
        draft.add_argument(
            option, action="append", default=[], metavar="COLUMN", help=f"this column is {what}"
        )
    draft.add_argument("--force", action="store_true", help="write over a file that is there")
    draft.set_defaults(command="new study")
    checked = actions.add_parser("check", help="read a study and its table, and list its gaps")
    checked.add_argument("file", type=Path, metavar="FILE.yaml")
    checked.add_argument("--data", type=Path, metavar="TABLE", help="another table")
    checked.set_defaults(command="check study")
    for action in (draft, checked):
        names = ", ".join(estimators.names())
        told = f"one of {names} (default: %(default)s)"
        action.add_argument("--estimator", default=estimators.DEFAULT, help=told)
    printed = actions.add_parser("schema", help="print the JSON Schema of a study's file")
    printed.set_defaults(command="schema study")


def new(chosen: argparse.Namespace) -> int:
    """Draft a study from a table, write its file, and say what to look at."""
    from model.drafting import redcap
    from model.drafting.draft import draft, study_name
    from model.drafting.wanted import Wanted
    from model.studies import writing

    if chosen.output.exists() and not chosen.force:
        raise OutputError(f"{chosen.output} is there already. Name another file, or add --force.")
    fields = {}
    if chosen.dictionary:
        fields = redcap.read(_read(chosen.dictionary), chosen.dictionary.name)
    wanted = Wanted(
        chosen.outcome,
        chosen.name or study_name(chosen.output.stem),
        present=chosen.present,
        keep=chosen.keep,
        drop=chosen.drop,
        sheet=chosen.sheet,
        fields=fields,
        estimator=chosen.estimator,
    )
    table = os.path.relpath(chosen.table, chosen.output.parent)
    drafted = draft(_read(chosen.table), Path(table).as_posix(), wanted)
    _write(chosen.output, writing.dump(drafted.document))
    study = studies.find(str(chosen.output))  # what was written is a study, or this says why not
    _tell(drafted, chosen.output)
    print(
        json.dumps(
            {
                "study": str(chosen.output),
                "name": study.name,
                "patients": drafted.patients,
                "events": drafted.events,
                "outcome": drafted.outcome,
                "inputs": list(study.schema.names),
                "left_out": {remark.column: remark.sentence for remark in drafted.left_out},
                "doubts": [str(remark) for remark in drafted.doubts],
                "limits": [str(remark) for remark in drafted.limits],
            },
            ensure_ascii=False,
        )
    )
    return DONE


def check(chosen: argparse.Namespace) -> int:
    """Read a study's file and its table as a training would, and list what is still open."""
    from model.drafting import limits
    from model.studies import cohort
    from model.studies.gaps import gaps

    study = studies.find(str(chosen.file))
    table = cohort.read(study, chosen.data, allow_unpinned=True)
    patients = table.training
    events = int(patients.outcome.sum())
    open_ = gaps(study)
    told = list(limits.too_few(study, chosen.estimator, len(patients.outcome), events))
    if not table.pinned:
        told.append("The table is not the one whose hash the file pins (data.sha256).")
    if table.left_out:
        told.append(f"{table.left_out:,} patients have no outcome, and are left out.")
    _lines(f"{chosen.file} is a study that can be trained.", told)
    _lines(f"{len(open_)} gaps:", (f"{gap.key}: {gap.question}" for gap in open_))
    print(
        json.dumps(
            {
                "study": str(chosen.file),
                "name": study.name,
                "patients": len(patients.outcome),
                "events": events,
                "pinned": table.pinned,
                "gaps": [gap.key for gap in open_],
                "limits": told,
            },
            ensure_ascii=False,
        )
    )
    return DONE


def schema(chosen: argparse.Namespace) -> int:
    """Print the JSON Schema of a study's file, for editors."""
    from model.studies import json_schema

    print(json_schema.text(), end="")
    return DONE


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_TABLE_BYTES:
            raise TableRefused(
                f"{path.name} is larger than {LARGEST_TABLE_BYTES:,} bytes. Keep the columns a "
                "clinician would fill in."
            )
        return path.read_bytes()
    except OSError as error:
        raise TableRefused(f"{path} cannot be read: {error.strerror}.") from None


def _write(path: Path, text: str) -> None:
    """The whole file or none of it."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from None


def _tell(drafted: Draft, path: Path) -> None:
    _lines(
        f"{path}: {drafted.patients:,} patients, {drafted.events:,} with the outcome, "
        f"{len(drafted.document.inputs)} inputs.",
        [drafted.outcome, *map(str, drafted.limits), *map(str, drafted.doubts)],
    )
    _lines("Left out:", map(str, drafted.left_out))
    _lines(f"Next: look through {path}, then train it:", [f"python -m model train --study {path}"])


def _lines(title: str, lines: Iterable[str]) -> None:
    """A title and its lines, on the error stream; nothing where a list is empty but its title."""
    told = list(lines)
    if not told and title.endswith(":"):
        return
    print(title, file=sys.stderr)
    for line in told[:LINES_SHOWN]:
        print(f"  {line}", file=sys.stderr)
    if len(told) > LINES_SHOWN:
        print(f"  ... and {len(told) - LINES_SHOWN:,} more.", file=sys.stderr)
