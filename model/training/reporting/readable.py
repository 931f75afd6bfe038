"""A model card as sections for people: the first page is what nobody may miss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.evaluation.wording import (
    MEANINGS,
    METRICS,
    OPTIMISTIC,
    coverage,
    interval_width,
    moment,
    percent,
    several,
    share,
    shown,
)
from model.schema import RESEARCH_USE
from model.scoring.documents import Blanked, Subgroup
from model.scoring.measurements import Estimate
from model.training.reporting import background, places
from model.training.reporting.blocks import Bullets, Columns, Section, Text, markdown
from model.training.reporting.finished_card import FinishedCard

HEADLINE = (
    "roc_auc",
    "brier",
    "calibration_slope",
    "observed_to_expected",
    "ici",
    "accuracy",
    "precision",
    "recall",
    "specificity",
)


def title(card: FinishedCard) -> str:
    """``Model card: heart disease, reference``."""
    return f"Model card: {card.title.lower()}, {card.estimator.name}"


def subtitle(card: FinishedCard) -> str:
    """Which training this is, in one line."""
    training = card.provenance
    return (
        f"{card.estimator.about} Trained {moment(training.created_at)}, commit "
        f"{training.git_commit[:12]}, data {card.data.sha256[:12]}."
    )


def as_markdown(card: FinishedCard) -> str:
    """The card as `model_card.md`."""
    return markdown(title(card), subtitle(card), sections(card))


def sections(card: FinishedCard) -> Iterator[Section]:
    """The whole card, the first page first."""
    yield from first_page(card)
    yield from _warnings(card)
    yield from _performance(card)
    yield from background.sections(card)


def first_page(card: FinishedCard) -> Iterator[Section]:
    """Use, misuse, headline and the groups that are served worse."""
    yield Section(
        "use",
        "Intended use",
        (Text(RESEARCH_USE, strong=True), Text(card.intended_use), Text(card.intended_users)),
    )
    yield Section("not-for", "Not for", (Bullets(card.out_of_scope),))
    if card.gaps:
        told = [f"{gap.key}: {gap.question}" for gap in card.gaps]
        yield Section(
            "gaps",
            "Not documented yet",
            (
                Text(f"{several(len(told), 'gap')} in the study's file.", strong=True),
                Bullets(told),
            ),
        )
    yield _headline(card)
    groups = card.evaluation.subgroups
    if groups:
        yield Section(
            "subgroups",
            "Whom it serves worse",
            (
                *([Text(card.recall_gap, strong=True)] if card.recall_gap else []),
                _by_group(groups, ("recall", "specificity")),
            ),
        )


def _headline(card: FinishedCard) -> Section:
    measured = card.evaluation
    scheme = measured.resampling
    return Section(
        "headline",
        "How well it does",
        (
            Text(
                f"{measured.patients} patients, "
                f"{share(measured.events, measured.patients)} with the outcome; mean over "
                f"{scheme.repeats} × {scheme.folds}-fold cross-validation, in brackets "
                f"the 95 % interval. {OPTIMISTIC}"
            ),
            *([Text(covered)] if (covered := coverage(card.interval_coverage)) else []),
            Columns(
                ("Metric", "Value [95 %]", "Reading"),
                [
                    (METRICS[name], shown(card.estimate(name)), MEANINGS[name])
                    for name in HEADLINE
                    if name in card.metrics
                ],
            ),
        ),
    )


def _by_group(groups: Sequence[Subgroup], names: tuple[str, ...]) -> Columns:
    """The group with the lowest recall stands out."""
    return Columns(
        ("Group", "With outcome", *(METRICS[name] for name in names)),
        [
            (
                f"{group.kind}: {group.label}",
                f"{group.events} of {group.patients}",
                *(shown(group.estimate(name)) for name in names),
            )
            for group in groups
        ],
        frozenset(places.worst(groups)),
    )


def _warnings(card: FinishedCard) -> Iterator[Section]:
    if card.expectations:
        against = card.against_expectation
        yield Section(
            "against",
            "Effects against clinical expectation",
            (
                Bullets(against) if against else Text("None was found."),
                Text("Effects describe who was referred and recorded in these data, not causes."),
            ),
        )
    yield Section("limits", "Limits", (Bullets(card.limits),))


def _performance(card: FinishedCard) -> Iterator[Section]:
    measured, auc = card.evaluation, card.estimate("roc_auc")
    yield Section(
        "discrimination",
        "Telling patients with the outcome from those without",
        (
            *([Text(_pairs(auc, auc.value))] if auc.value is not None else []),
            *(
                [_by_group(measured.subgroups, ("roc_auc", "brier", "observed_to_expected"))]
                if measured.subgroups
                else []
            ),
        ),
    )
    yield Section(
        "decision",
        "If one acted on it",
        (
            Text(
                "Of 100 patients, by the risk from which one would act. No threshold is "
                "recommended; which error is worse is for clinicians to say."
            ),
            Columns(
                ("Act from", "Found", "Missed", "False alarms", "Correctly ruled out"),
                [
                    (
                        percent(row.threshold),
                        *(f"{n:.0f}" for n in (row.found, row.missed, row.needless, row.spared)),
                    )
                    for row in measured.of_100
                ],
            ),
        ),
    )
    if measured.missing_tests:
        yield _missing(measured.missing_tests)
    if measured.sites:
        yield Section("sites", "In other places", tuple(places.sites_of(measured.sites)))
    unstable = measured.instability
    yield Section(
        "instability",
        "How sure a single number is",
        (
            Text(
                f"With another sample of patients, a patient's risk would have differed by "
                f"{unstable.mean_absolute_distance:.3f} on average, over "
                f"{measured.resampling.refits} refits on bootstrap samples. "
                f"{interval_width(unstable)}."
            ),
            Columns(
                ("Sample-size criterion (Riley 2019)", "Patients asked for", "Met"),
                [
                    (criterion.name, str(criterion.needed), "yes" if criterion.met else "no")
                    for criterion in measured.sample_size
                ],
            ),
        ),
    )


def _pairs(auc: Estimate, value: float) -> str:
    return (
        "Of one patient with the outcome and one without, the first has the higher risk in "
        f"{100 * value:.0f} of 100 pairs: AUC {shown(auc)}."
    )


def _missing(blanked: Sequence[Blanked]) -> Section:
    names = ("recall", "accuracy", "roc_auc", "brier", "observed_to_expected")
    return Section(
        "missing",
        "When tests are missing",
        (
            Text("Tests blanked in patients the fit had not seen, although they had been done."),
            Columns(
                ("Blanked", *(METRICS[name] for name in names)),
                [
                    (without.blanked, *(shown(without.estimate(name)) for name in names))
                    for without in blanked
                ],
            ),
        ),
    )
