"""From a `Study` to the document that declares it: the inverse of `study_of`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from model.schema import Code, Coding, Feature, Interval, Unit
from model.studies.format.document import Document
from model.studies.format.values import FORMAT
from model.studies.gaps import DOMAINS
from model.studies.source import DataSource, NoTable, Packaged
from model.studies.study import Judgement, Plan, Study


def document_of(study: Study, folder: Path) -> Document:
    """The document of a study; its table is named as seen from `folder`."""
    given: dict[str, Any] = {
        "format": FORMAT,
        "name": study.name,
        "title": study.title,
        "intended_use": study.intended_use,
        "intended_users": study.intended_users,
        "out_of_scope": study.out_of_scope,
        "population": study.population,
        "limits": study.limits,
        "outcome": {**asdict(study.schema.outcome), "guessed": _guessed(study, "outcome")},
        "ratios": [asdict(ratio) for ratio in study.ratios],
        "examples": [asdict(example) for example in study.examples],
        "plan": _plan(study.plan),
        "conduct": asdict(study.conduct),
        "appraisal": {
            part: _domains(getattr(study.appraisal, part))
            for part in ("development", "evaluation", "applicability")
        },
        **_schema(study),
    }
    if not isinstance(study.source.table, NoTable):
        given["data"] = _data(study, folder)
    return Document.model_validate(given)


def _data(study: Study, folder: Path) -> dict[str, Any]:
    source, values = study.source, study.outcome_values
    return {
        **_fields(
            source, "sha256 training_site licence citation url columns sheet missing site_column"
        ),
        "table": _table(source, folder),
        "originals": [asdict(original) for original in source.originals],
        "outcome": {"column": source.outcome_column, **asdict(values)},
        "zero_means_missing": study.zero_means_missing,
        "left_out": dict(study.left_out),
    }


def _table(source: DataSource, folder: Path) -> dict[str, str] | str:
    table = source.table
    if isinstance(table, Packaged):
        return {"package": table.package, "file": table.path}
    return Path(os.path.relpath(str(table), folder)).as_posix()


def _guessed(study: Study, *keys: str) -> tuple[str, ...]:
    """The parts below these keys that are guesses."""
    return tuple(path[-1] for path in study.guessed if path[:-1] == keys)


def _schema(study: Study) -> dict[str, Any]:
    schema = study.schema
    return {
        "inputs": {f.name: _input(f, _guessed(study, "inputs", f.name)) for f in schema.features},
        "recodings": [
            {**asdict(recoding), "codes": {name: dict(pairs) for name, pairs in recoding.codes}}
            for recoding in schema.recodings
        ],
        "bad_copies": [
            {**asdict(copy), "sums": dict(copy.sums), "blanks": dict(copy.blanks)}
            for copy in schema.bad_copies
        ],
        "code_system": schema.code_system,
    }


def _input(feature: Feature, guessed: Iterable[str]) -> dict[str, Any]:
    plain = "label group help unit required test decimals ordered also_called ucum"
    return {
        **_fields(feature, plain),
        "plausible": _range(feature.plausible),
        "usual": _range(feature.usual),
        "codes": {code.value: _code(code) for code in feature.codes},
        "other_units": _units(feature.other_units),
        "codings": [_coding(coding) for coding in feature.codings],
        "guessed": tuple(guessed),
    }


def _code(code: Code) -> dict[str, Any] | str:
    if not (code.aliases or code.terms or code.written):
        return code.label
    return {
        **_fields(code, "label aliases written"),
        "terms": [asdict(term) for term in code.terms],
    }


def _coding(coding: Coding) -> dict[str, Any]:
    return {**asdict(coding), "units": _units(coding.units)}


def _units(units: Iterable[Unit]) -> dict[str, float]:
    return {unit.name: unit.factor for unit in units}


def _range(interval: Interval | None) -> tuple[float, float] | None:
    return (interval.low, interval.high) if interval else None


def _plan(plan: Plan) -> dict[str, Any]:
    margin = plan.margin
    return {
        "subgroups": [
            {"kind": s.kind, "label": s.label, "input": s.feature, "range": (s.low, s.high)}
            for s in plan.subgroups
        ],
        "sites": {s.name: {"label": s.label, "warning": s.warning} for s in plan.sites},
        "blanked": dict(plan.blanked),
        "expectations": [
            {"input": e.feature, "order": e.order, "wording": e.wording} for e in plan.expectations
        ],
        "margin": {**asdict(margin), "thresholds": _range(margin.thresholds)} if margin else None,
    }


def _domains(judged: Mapping[str, Judgement]) -> dict[str, Any]:
    return {key: asdict(judged[name]) for key, name in DOMAINS.items() if name in judged}


def _fields(part: object, names: str) -> dict[str, Any]:
    return {name: getattr(part, name) for name in names.split()}
