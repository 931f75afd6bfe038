"""The model card: what a version is for, what it is not for, and how well it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from model.evaluation import wording
from model.scoring import Engine
from model.scoring.bundle import Manifest
from model.scoring.documents import Distances, Evaluation, Example, Gap, Named
from model.studies import Study
from model.studies.cohort import Table
from model.studies.gaps import gaps, with_gaps_shown
from model.training import bootstrap
from model.training.reporting import expectations, participants, probast, tripod, tripod_answers
from model.training.reporting.finished_card import (
    Acted,
    Excerpt,
    FinishedCard,
    SourceTable,
    Training,
)
from model.training.reporting.specification import specification
from model.training.settings import REPEATS

ACTED_FROM = (0.1, 0.2, 0.3, 0.5)
LONGEST = 20  # numbers of one setting


def model_card(
    study: Study,
    about: str,
    table: Table,
    manifest: Manifest,
    evaluation: Evaluation,
    engine: Engine,
    settings: Mapping[str, object],
) -> FinishedCard:
    """The card as a document; every part is answered from the study or from this training, and what
    nobody has answered is shown as a gap.

    Parameters
    ----------
    about : the estimator in one sentence.
    evaluation : what was measured of it.
    settings : what the estimator was built and fitted with.

    Raises
    ------
    UnansweredItem
        If a question of TRIPOD+AI or PROBAST+AI has neither an answer nor a gap.
    """
    open_gaps = gaps(study)
    study = with_gaps_shown(study)
    complete = table.training.rows.dropna()
    surprises = expectations.surprises(study.plan.expectations, engine, complete)
    gap = wording.recall_gap(evaluation.subgroups, study.schema.outcome.among_patients)
    told = specification(engine, study)
    unanswered = FinishedCard(
        title=study.title,
        estimator=Named(manifest.estimator, about),
        outcome=study.schema.outcome,
        interval_coverage=evaluation.interval_coverage,
        intended_use=study.intended_use,
        intended_users=study.intended_users,
        out_of_scope=tuple(study.out_of_scope),
        population=study.population,
        gaps=tuple(Gap(gap.key, gap.question) for gap in open_gaps),
        examples=tuple(Example(each.story, dict(each.values)) for each in study.examples),
        limits=(*study.limits, *_found_limits(table, evaluation, gap)),
        data=SourceTable(
            citation=study.source.citation,
            licence=study.source.licence,
            url=study.source.url,
            site=study.source.training_site,
            sha256=table.sha256,
            pinned=table.pinned,
        ),
        metrics=evaluation.metrics,
        recall_gap=gap,
        evaluation=_excerpt(evaluation),
        participants=participants.described(study, table),
        expectations=len(study.plan.expectations),
        against_expectation=tuple(each.sentence(study.schema) for each in surprises),
        contraries=tuple(each.contrary(study.schema) for each in surprises),
        specified=told.specified,
        formula=told.formula,
        submodels=told.submodels,
        chosen=told.chosen,
        encoding=told.encoding,
        calculation=told.calculation,
        attribution=told.attribution,
        provenance=Training(
            created_at=manifest.created_at,
            git_commit=manifest.git_commit,
            libraries=dict(manifest.libraries),
            parameters={
                name: text for name, value in settings.items() if (text := _setting(value))
            },
        ),
    )
    return replace(
        unanswered,
        tripod=tripod.items(tripod_answers.answers(study, unanswered)),
        probast=probast.appraisal(study, unanswered),
    )


def settings_of(pipeline: Any) -> dict[str, object]:
    """The final step's parameters, and what it tuned: numbers it learned that are no weights."""
    final = pipeline[-1]
    tuned = {
        name.rstrip("_"): value
        for name, value in vars(final).items()
        if name.endswith("_") and isinstance(value, float)
    }
    return {**final.get_params(), **tuned}


def _found_limits(table: Table, evaluation: Evaluation, gap: str) -> list[str]:
    """What this training adds to the limits the study declares."""
    scheme, criteria = evaluation.resampling, evaluation.sample_size
    unmet = [criterion for criterion in criteria if not criterion.met]
    found = []
    if gap:
        found.append(gap)
    if unmet:
        asked = wording.listed(f"{criterion.needed} for {criterion.name}" for criterion in unmet)
        found.append(
            f"{evaluation.patients} patients are few: {len(unmet)} of {len(criteria)} "
            f"published sample-size criteria ask for more ({asked})."
        )
    if scheme.repeats < REPEATS:
        repeats = wording.several(scheme.repeats, "repeat")
        found.append(
            f"A quick training: its metrics come from {repeats} of cross-validation instead of "
            f"{REPEATS}."
        )
    if scheme.refits < bootstrap.REFITS:
        refits = wording.several(scheme.refits, "refit")
        found.append(
            f"How far single numbers would differ comes from {refits} instead of "
            f"{bootstrap.REFITS}: rougher than it could be."
        )
    if not table.pinned:
        found.append(
            "It was trained on a table whose hash is not pinned: not the study's own data."
        )
    return found


def _excerpt(evaluation: Evaluation) -> Excerpt:
    """What a card tells of it beside the headline: of the thresholds those a reader would ask
    about, and of its instability no single risk.
    """
    curve, unstable = evaluation.of_100, evaluation.instability
    columns = (curve.threshold, curve.found, curve.missed, curve.needless, curve.spared)
    rows = (Acted(*row) for row in zip(*columns, strict=True))
    return Excerpt(
        patients=evaluation.patients,
        events=evaluation.events,
        resampling=evaluation.resampling,
        subgroups=evaluation.subgroups,
        missing_tests=evaluation.missing_tests,
        sites=evaluation.sites,
        sample_size=evaluation.sample_size,
        of_100=tuple(row for row in rows if row.threshold in ACTED_FROM),
        instability=Distances(
            unstable.mean_absolute_distance,
            unstable.median_interval_width,
            unstable.widest_interval,
            unstable.refits_inside_interval,
        ),
    )


def _setting(value: object) -> str:
    """A setting as text; blank for what only a program can read."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        numbers = [each for each in value if isinstance(each, int | float)]
        whole = len(numbers) == len(value) and 0 < len(numbers) <= LONGEST
        return f"one of {', '.join(f'{each:.4g}' for each in numbers)}" if whole else ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
