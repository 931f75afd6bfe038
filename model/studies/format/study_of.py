"""From a study's file to the `Study` everything else works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from model import schema
from model.schema import Interval, Unit
from model.studies import study as declared
from model.studies.format import data, inputs
from model.studies.format.document import Appraisal, Document, Domains
from model.studies.gaps import DOMAINS
from model.studies.source import DataSource, NoTable, Original, Packaged

NO_OUTCOME = declared.OutcomeValues((), ())


def study_of(document: Document, folder: Path) -> declared.Study:
    """The study a document declares; its table is looked for from `folder`."""
    table = document.data
    return declared.Study(
        schema=schema_of(document),
        source=_source(table, folder),
        outcome_values=_outcome_values(table.outcome) if table else NO_OUTCOME,
        intended_use=document.intended_use,
        intended_users=document.intended_users,
        out_of_scope=document.out_of_scope,
        population=document.population,
        limits=document.limits,
        zero_means_missing=table.zero_means_missing if table else (),
        ratios=tuple(declared.Ratio(r.numerator, r.denominator) for r in document.ratios),
        examples=tuple(declared.Example(e.story, e.values) for e in document.examples),
        plan=_plan(document),
        conduct=declared.Conduct(**document.conduct.model_dump()),
        appraisal=_appraisal(document.appraisal),
        left_out=table.left_out if table else {},
        guessed=tuple(_guessed(document)),
    )


def schema_of(document: Document) -> schema.Schema:
    """What travels with a model of the study."""
    outcome = document.outcome
    given = outcome.threshold
    return schema.Schema(
        study=document.name,
        title=document.title,
        outcome=schema.Outcome(
            outcome.label,
            outcome.among_patients,
            outcome.timing,
            outcome.population,
            schema.Threshold(given.value, given.reason) if given else None,
        ),
        features=tuple(_feature(name, given) for name, given in document.inputs.items()),
        recodings=tuple(
            schema.Recoding(
                recoding.name,
                recoding.label,
                tuple((name, tuple(pairs.items())) for name, pairs in recoding.codes.items()),
            )
            for recoding in document.recodings
        ),
        bad_copies=tuple(
            schema.BadCopy(
                copy.rows,
                tuple(copy.sums.items()),
                copy.reason,
                tuple(copy.blanks.items()),
                copy.recoded,
            )
            for copy in document.bad_copies
        ),
        code_system=document.code_system,
    )


def _feature(name: str, given: inputs.Input) -> schema.Feature:
    return schema.Feature(
        name,
        label=given.label,
        group=given.group,
        help=given.help,
        unit=given.unit,
        required=given.required,
        test=given.test,
        decimals=given.decimals,
        ordered=given.ordered,
        plausible=_interval(given.plausible),
        codes=tuple(_code(value, code) for value, code in given.codes.items()),
        other_units=_units(given.other_units),
        usual=_interval(given.usual),
        also_called=given.also_called,
        codings=tuple(
            schema.Coding(
                coding.system,
                coding.code,
                coding.display,
                units=_units(coding.units),
                above=coding.above,
                panels=coding.panels,
                note=coding.note,
                unusable=coding.unusable,
            )
            for coding in given.codings
        ),
        ucum=given.ucum,
    )


def _code(value: float, code: str | inputs.Code) -> schema.Code:
    if isinstance(code, str):
        return schema.Code(value, code)
    terms = tuple(schema.Term(t.system, t.code, t.display) for t in code.terms)
    return schema.Code(value, code.label, code.aliases, terms, code.written)


def _guessed(document: Document) -> Iterator[tuple[str, ...]]:
    yield from (("outcome", part) for part in document.outcome.guessed)
    for name, given in document.inputs.items():
        yield from (("inputs", name, part) for part in given.guessed)


def _units(factors: Mapping[str, float]) -> tuple[Unit, ...]:
    return tuple(Unit(name, factor) for name, factor in factors.items())


def _interval(limits: tuple[float, float] | None) -> Interval | None:
    return Interval(*limits) if limits else None


def _source(table: data.Data | None, folder: Path) -> DataSource:
    if table is None:
        return DataSource(NoTable(), "", "", "", "", "", "")
    where = table.table
    return DataSource(
        table=Packaged(where.package, where.file)
        if isinstance(where, data.Packaged)
        else (folder / where).resolve(),
        sha256=table.sha256,
        training_site=table.training_site,
        outcome_column=table.outcome.column,
        licence=table.licence,
        citation=table.citation,
        url=table.url,
        columns=table.columns,
        sheet=table.sheet,
        missing=table.missing,
        site_column=table.site_column,
        originals=tuple(Original(o.site, o.filename, o.url, o.sha256) for o in table.originals),
    )


def _outcome_values(column: data.OutcomeColumn) -> declared.OutcomeValues:
    return declared.OutcomeValues(column.present, column.absent, column.unknown)


def _plan(document: Document) -> declared.Plan:
    plan, margin = document.plan, document.plan.margin
    return declared.Plan(
        subgroups=tuple(
            declared.Subgroup(s.kind, s.label, s.input, *s.range) for s in plan.subgroups
        ),
        sites=tuple(
            declared.Site(name, site.label, site.warning) for name, site in plan.sites.items()
        ),
        blanked=dict(plan.blanked),
        expectations=tuple(
            declared.Expectation(e.input, e.order, e.wording) for e in plan.expectations
        ),
        margin=declared.Margin(
            margin.brier, margin.calibration, margin.net_benefit, Interval(*margin.thresholds)
        )
        if margin
        else None,
    )


def _appraisal(given: Appraisal) -> declared.Appraisal:
    return declared.Appraisal(
        *(_judged(part) for part in (given.development, given.evaluation, given.applicability))
    )


def _judged(domains: Domains) -> dict[str, declared.Judgement]:
    judged: dict[str, Any] = {DOMAINS[key]: getattr(domains, key) for key in DOMAINS}
    return {
        name: declared.Judgement(judgement.concern, judgement.reason)
        for name, judgement in judged.items()
        if judgement
    }
