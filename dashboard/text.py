"""Words the pages share. Texts from outside are shown as text, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from model.evaluation.measured import Eligibility
from model.evaluation.wording import coverage, listed
from model.interpretation.reasons import Reason
from model.registry.versions import Version
from model.schema import RESEARCH_USE, Outcome, Schema
from model.scoring.documents import Evaluation
from model.scoring.engine import PROBABILITY
from model.scoring.measurements import Coverage
from model.scoring.risk_model import ALL_TESTS

NOT_WORSE = re.compile(
    r"(?P<metric>.+) is not worse: difference (?P<difference>[+-][\d.]+) "
    r"\[(?P<low>[+-][\d.]+), (?P<high>[+-][\d.]+)\]\."
)
NO_CHAMPION = re.compile(r"There is no champion yet[^.]*\.")
"""What trainings wrote; a version that was promoted since would say it of itself."""


def version_label(version: Version) -> str:
    """One line that tells versions apart: number, estimator, aliases."""
    name = f"{version.label} {version.estimator}".strip()
    return " · ".join([name, *version.aliases])


def percent(risk: float) -> str:
    """A risk in whole numbers, as everywhere on the pages: ``47 %``, ``under 1 %``."""
    count = _whole(risk)
    return {"0": "under 1 %", "100": "over 99 %"}.get(count, f"{count} %")


def percent_range(low: float, high: float) -> str:
    """``22 to 73 %``."""
    ends = (_whole(low), _whole(high))
    return f"{ends[0]} to {ends[1]} %" if ends[0] != ends[1] else percent(high)


def points(share: float) -> str:
    """Percentage points in whole numbers, with their sign; ``0`` for what rounds to nothing."""
    count = round(100 * share)
    return f"{count:+d}".replace("-", "−") if count else "0"


def with_interval(name: str, risk: float, low: float, high: float) -> str:
    """A risk and its interval, if one is known, after a name."""
    sure = f" ({percent_range(low, high)})" if low == low else ""
    return f"{name}: {percent(risk)}{sure}"


UNMEASURED_COVERAGE = "How often it holds the true risk was not measured for this version."


def interval_meaning(measured: Coverage | None) -> str:
    """How often patients' intervals hold the true risk, or that nobody measured it."""
    return coverage(measured) or UNMEASURED_COVERAGE


NO_INTERVAL = "No interval is known for this model."
NO_EVALUATION = (
    "How well this model does is not known here: it was adopted without a table of patients whose "
    "outcome is known."
)
ONLY_SUPPLIED = (
    "What follows was measured on the table that was handed in when the model was adopted. That "
    "may be the table it was trained on: then the model looks better here than it is. To learn how "
    "good it is for your patients, score a file with outcomes on Batch."
)
UNKNOWN_EVALUATION = "No evaluation is known for this model. What its author logged of it:"
BACKGROUND = "Average of the background"


def reading(scale: str) -> str:
    """How reasons are read that add up on a scale: a key of `LINKS`."""
    shared = "" if scale == PROBABILITY else f", shared in proportion to the {scale}"
    return (
        f"Percentage points{shared}. They say how the model weighs these findings, not what causes "
        "the outcome."
    )


def of_hundred(risk: float, outcome: Outcome, interval: tuple[float, float] | None = None) -> str:
    """A natural frequency with one constant denominator (Trevena et al. 2013), and for whom it
    holds.
    """
    count = _whole(risk)
    # Nobody is certain to have it, or certain not to.
    about = {"0": "fewer than 1", "100": "more than 99"}.get(count, f"about {count}")
    said = f"Of 100 such {outcome.population or 'patients'} {about} {outcome.among_patients}"
    if interval is None:
        return f"{said}."
    low, high = map(_whole, interval)
    return f"{said}; it could be {low} to {high}."


def _whole(risk: float) -> str:
    return f"{100 * risk:.0f}"


def answered(submodel: str, *, complete: bool) -> str:
    """Which member of a model answered, and whether anything was missing."""
    if submodel != ALL_TESTS:
        first, _, tests = submodel.partition(" ")
        unused = listed(tests.split(", ")) if first == "without" else submodel
        were = "was" if ", " not in tests else "were"
        return f"Based on what you entered; {unused} {were} not used."
    if complete:
        return "Based on all values."
    return "Based on what you entered; this model has one answer for complete and incomplete tests."


def site_warnings(evaluation: Evaluation | None) -> Iterator[str]:
    """What a user from a place like one of the study's must know, a sentence a place."""
    for site in evaluation.sites if evaluation is not None else ():
        if site.warning:
            yield f"In hospitals like {site.label}: {site.warning}."


def set_aside(schema: Schema, found: Sequence[Reason]) -> tuple[str, ...]:
    """What was measured and does nothing, and what is needed for it to count."""
    by_name = {contrary.feature: contrary for contrary in found}
    told = []
    for test, parts in schema.tests.items():
        if aside := [schema[name].label for name in parts if by_name[name].set_aside]:
            lacking = [schema[name].label for name in parts if not by_name[name].measured]
            told.append(
                f"Not used: {listed(aside)}. This model counts the {test} whole or not at all; to "
                f"count it, fill in {listed(lacking)}."
            )
    return tuple(told)


def eligibility(verdict: Eligibility) -> str:
    """Whether a version may become the champion, and why."""
    against = f" against {verdict.against}" if verdict.against else ""
    said = "Eligible as champion" if verdict.eligible else "Not eligible as champion"
    if verdict.answer:
        said = f"{said}: {verdict.answer}"
    return f"{said}{against}. {' '.join(map(_reason, verdict.reasons))}"


def _reason(written: str) -> str:
    """A reason recorded at training, so that its words say no more than the number in it."""
    found = NOT_WORSE.fullmatch(written)
    if found is None:
        return NO_CHAMPION.sub("There was no champion to compare it with.", written)
    metric, low, high = found["metric"], float(found["low"]), float(found["high"])
    clear = "lower, which is better" if high < 0 else "no clear difference"
    return f"{metric} {found['difference']} [{low:+.4f}, {high:+.4f}]: {clear}."


def state(version: Version) -> str:
    """What can be had of a version, in a few words."""
    if version.status:
        return version.status
    if version.scores:
        return "quick run" if version.is_quick else "gives numbers"
    return "not adopted" if version.reference else "no model"


def provenance(version: Version, route: str) -> str:
    """The small print under every number."""
    named = ", ".join(part for part in (version.title, version.estimator) if part)
    run = f"run {version.run_id[:8]}" if version.run_id else "no run"
    return f"{named} · {run} · scored {route} · {RESEARCH_USE}"
