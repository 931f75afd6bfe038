"""What only a person can say of a study and nobody has said yet: seen wherever it would stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from model.schema import NO_TIME
from model.studies.study import Appraisal, Conduct, Judgement, Study

NOT_STATED = frozenset({"", "not stated", NO_TIME})
PARTS = ("development", "evaluation", "applicability")
DOMAINS = {
    "participants": "Participants and data sources",
    "predictors": "Predictors",
    "outcome": "Outcome",
}
"""The keys of an appraisal, and what PROBAST+AI calls them."""
_TEXTS = {
    "intended_use": "What may the number be used for?",
    "intended_users": "Who should use it?",
    "population": "Whom did it learn from: how many, where, when, how many events?",
}
_SOURCE = {
    "licence": "Under which licence or agreement are the data used?",
    "citation": "How are the data cited?",
    "url": "Where are the data described?",
}


@dataclass(frozen=True)
class Gap:
    """One gap: the key of the study's file it stands at, and the question nobody has answered."""

    key: str
    question: str

    @property
    def told(self) -> str:
        """What stands in the place of the answer."""
        return f"[Gap: {self.question}]"


def gaps(study: Study) -> tuple[Gap, ...]:
    """Every gap of a study, in the order of its file."""
    return (*_words(study), *_of_outcome(study), *_of_data(study), *_guesses(study), *_told(study))


def with_gaps_shown(study: Study) -> Study:
    """The study with each gap's question in the place of its answer."""
    found = {gap.key: gap.told for gap in gaps(study)}
    source: dict[str, Any] = {
        name: found[f"data.{name}"] for name in _SOURCE if f"data.{name}" in found
    }
    conduct = {
        part: found[f"conduct.{part}"] for part in Conduct.questions() if f"conduct.{part}" in found
    }
    texts: dict[str, Any] = {name: found[name] for name in _TEXTS if name in found}
    return replace(
        study,
        **texts,
        out_of_scope=study.out_of_scope or (found["out_of_scope"],),
        source=replace(study.source, **source),
        conduct=replace(study.conduct, **conduct),
        appraisal=_judged(study),
    )


def _words(study: Study) -> Iterator[Gap]:
    for name, question in _TEXTS.items():
        if _is_blank(getattr(study, name)):
            yield Gap(name, question)
    if not study.out_of_scope:
        yield Gap("out_of_scope", "What is it not for?")


def _of_outcome(study: Study) -> Iterator[Gap]:
    outcome = study.schema.outcome
    if _is_blank(outcome.population):
        yield Gap("outcome.population", "For which patients does the number hold?")
    if _is_blank(outcome.timing):
        yield Gap("outcome.timing", "When is it true: now, or within which time?")


def _of_data(study: Study) -> Iterator[Gap]:
    if _is_blank(study.source.training_site):
        yield Gap("data.training_site", "Where are these patients from?")
    for name, question in _SOURCE.items():
        if _is_blank(getattr(study.source, name)):
            yield Gap(f"data.{name}", question)


def _guesses(study: Study) -> Iterator[Gap]:
    """One gap an input, whatever was guessed of it."""
    for keys, paths in groupby(study.guessed, key=lambda path: path[:-1]):
        parts = ", ".join(path[-1].replace("_", " ") for path in paths)
        yield Gap(".".join(keys), f"Is what a program guessed right? ({parts})")


def _told(study: Study) -> Iterator[Gap]:
    for part, question in Conduct.questions().items():
        asked = part != "site_differences" or study.plan.sites
        if asked and _is_blank(getattr(study.conduct, part)):
            yield Gap(f"conduct.{part}", question)
    for part in PARTS:
        judged = getattr(study.appraisal, part)
        for key, domain in DOMAINS.items():
            if domain not in judged:
                yield Gap(f"appraisal.{part}.{key}", f"What do you think of it: {domain.lower()}?")


def _judged(study: Study) -> Appraisal:
    nobody = Judgement("unclear", "[Gap: nobody has judged this yet.]")
    return Appraisal(
        *(dict.fromkeys(DOMAINS.values(), nobody) | {**getattr(study.appraisal, p)} for p in PARTS)
    )


def _is_blank(text: str) -> bool:
    return text.strip() in NOT_STATED
