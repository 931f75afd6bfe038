"""Pointing an alias at a version, and back: where it is allowed, with a reason, and recorded.

Three records are kept: the alias itself, a tag on the version, and a line in the audit log.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from model.errors import BedsideError, PromotionRefused
from model.evaluation.eligibility import judge_documents
from model.evaluation.measured import Eligibility
from model.registry import conventions
from model.registry.audit_log import INTENDED, AuditLog, Entry
from model.registry.registry import Registry
from model.registry.versions import Promotion, Version
from model.scoring.documents import Gap

ALIASES = (conventions.CHAMPION, conventions.CHALLENGER)
KEPT = 20  # promotions a version remembers: a tag holds 5,000 letters
LONGEST_REASON = 200
GAPS_NAMED = 3
NOT_ALLOWED = (
    "Promotion is not allowed here. The operator allows it with BEDSIDE_ALLOW_PROMOTION=true."
)


@dataclass(frozen=True)
class Promoter:
    """Points aliases on one server.

    allowed : whether the operator allows it. audit : the log it is written to before it is done and
    after. shared : whether somebody configured the server: its champion has no gaps in its study,
    or a recorded reason why they do not matter.
    """

    registry: Registry
    allowed: bool
    audit: AuditLog | None = None
    shared: bool = False

    def promote(
        self, version: Version, alias: str, *, reason: str, who: str, with_gaps: str = ""
    ) -> Promotion:
        """Point `alias` at a version that proves itself now.

        Parameters
        ----------
        with_gaps : why it may be champion although its study has gaps; recorded with the reason.

        Raises
        ------
        PromotionRefused
            If it is not allowed, has no reason, the alias is not one of ours, or points there
            already; or its study has gaps that matter here.
        BundleRefused, GoldenMismatch
            If the version is not what was logged: then nothing is changed.
        OutputError, AuditBroken
            If it cannot be logged: then neither. If only its end cannot, it is done, and the log
            says that it was intended.
        """
        accepted = f" With gaps: {with_gaps.strip()}" if with_gaps.strip() else ""
        note = f"{alias}: {reason}{accepted}"
        entry = Entry(who, "promoted", version.title, version.model_id, note=note)
        try:
            _require(version, alias, reason, self.allowed)
            _require_short(with_gaps)
            model = self.registry.load(version)
            if self.shared and alias == conventions.CHAMPION and not accepted:
                _require_no_gaps(version, model.card.gaps if model.card is not None else ())
            verdict = self.judged(version)
        except Exception as error:
            self._log(replace(entry, outcome=f"refused: {type(error).__name__}"))
            raise
        before = self._pointed(version.study, alias)
        when = datetime.now(UTC).isoformat(timespec="seconds")
        summary = verdict.summary if verdict else ""
        made = Promotion(alias, when, who, reason.strip(), before, with_gaps.strip(), summary)
        self._log(replace(entry, outcome=INTENDED))
        kept = (*version.promotions, made)[-KEPT:]
        document = json.dumps([asdict(promotion) for promotion in kept])
        try:
            self.registry.tag(version, conventions.PROMOTIONS, document)
            self.registry.point(version, alias)
        except Exception as error:  # an answer that was lost may have been a yes
            self._log(replace(entry, outcome=f"unknown: {type(error).__name__}"))
            raise
        self._log(entry)
        return made

    def judged(self, version: Version) -> Eligibility | None:
        """How a version stands beside the champion there is today; None where it is the champion,
        or there is none.

        Raises
        ------
        BundleRefused, GoldenMismatch
            If the version is not what was logged.
        """
        ours = self.registry.load(version)
        versions = self.registry.versions(version.study)
        champion = next((one for one in versions if conventions.CHAMPION in one.aliases), None)
        if champion is None or champion.number == version.number:
            return None
        against = f"v{champion.number} ({champion.estimator})"
        try:
            theirs = self.registry.load(champion)
        except BedsideError:
            return Eligibility.not_known(against, "the champion cannot be loaded")
        if ours.manifest.data_sha256 != theirs.manifest.data_sha256:
            return Eligibility.not_known(against, "they were trained on other data")
        return judge_documents(ours.evaluation, theirs.evaluation, against)

    def previous(self, study: str, alias: str) -> Version:
        """The version an alias pointed at before the one it points at now.

        Raises
        ------
        PromotionRefused
            If nothing says which.
        """
        versions = self.registry.versions(study)
        before = previous(versions, alias)
        if before is None:
            raise PromotionRefused(
                f"Nothing says which version was {alias} before. Name one to promote instead."
            )
        return before

    def _log(self, entry: Entry) -> None:
        if self.audit is not None:
            self.audit.add(entry)

    def _pointed(self, study: str, alias: str) -> int | None:
        for version in self.registry.versions(study):
            if alias in version.aliases:
                return version.number
        return None


def previous(versions: Sequence[Version], alias: str) -> Version | None:
    """Of the versions of a study, the one an alias pointed at before; None if nothing says."""
    now = [version for version in versions if alias in version.aliases]
    made = [
        promotion for version in now for promotion in version.promotions if promotion.alias == alias
    ]
    numbers = {version.number: version for version in versions}
    return numbers.get(made[-1].before or 0) if made else None


def _require(version: Version, alias: str, reason: str, allowed: bool) -> None:
    if not allowed:
        raise PromotionRefused(NOT_ALLOWED)
    if alias not in ALIASES:
        raise PromotionRefused(f"There is no alias {alias!r} to promote to: {', '.join(ALIASES)}.")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise PromotionRefused(
            f"A promotion needs a reason, of at most {LONGEST_REASON} letters. It is recorded."
        )
    if alias in version.aliases:
        raise PromotionRefused(f"{version.title} is {alias} already.")


def _require_short(with_gaps: str) -> None:
    if len(with_gaps) > LONGEST_REASON:
        raise PromotionRefused(f"Why gaps are accepted takes {LONGEST_REASON} letters at most.")


def _require_no_gaps(version: Version, gaps: Sequence[Gap]) -> None:
    if gaps:
        first = ", ".join(gap.key for gap in gaps[:GAPS_NAMED])
        more = ", ..." if len(gaps) > GAPS_NAMED else ""
        raise PromotionRefused(
            f"The study of {version.title} has {len(gaps)} gaps ({first}{more}); its card lists "
            "them. Fill them in its file and train again, or say why it may be champion all the "
            "same: --with-gaps REASON."
        )
