"""Pointing an alias at a version, and back: where it is allowed, with a reason, and recorded.

Three records are kept: the alias itself, a tag on the version, and a line in the audit log.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

from model import tracking
from model.audit import AuditLog, Entry
from model.errors import PromotionRefused
from model.registry import Registry
from model.versions import Promotion, Version

ALIASES = (tracking.CHAMPION, tracking.CHALLENGER)
KEPT = 20  # promotions a version remembers: a tag holds 5,000 letters
LONGEST_REASON = 200
NOT_ALLOWED = (
    "Promotion is not allowed here. The operator allows it with BEDSIDE_ALLOW_PROMOTION=true."
)


def promote(
    registry: Registry,
    version: Version,
    alias: str,
    *,
    reason: str,
    who: str,
    allowed: bool,
    audit: AuditLog | None = None,
) -> Promotion:
    """Point `alias` at a version that proves itself now.

    Parameters
    ----------
    allowed : whether the operator allows it.
    audit : the log it is written to, before it is done.

    Raises
    ------
    PromotionRefused
        If it is not allowed, has no reason, the alias is not one of ours, or points there already.
    BundleRefused, GoldenMismatch
        If the version is not what was logged: then nothing is changed.
    """
    entry = Entry(who, "promoted", version.title, version.model_id, note=f"{alias}: {reason}")
    try:
        _require(version, alias, reason, allowed)
        registry.load(version)
    except Exception as error:
        if audit is not None:
            audit.add(Entry(**{**asdict(entry), "outcome": f"refused: {type(error).__name__}"}))
        raise
    before = _pointed(registry, version.study, alias)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    made = Promotion(alias, when, who, reason.strip(), before)
    if audit is not None:
        audit.add(entry)
    kept = (*version.promotions, made)[-KEPT:]
    registry.tag(version, tracking.PROMOTIONS, json.dumps([asdict(each) for each in kept]))
    registry.point(version, alias)
    return made


def previous(registry: Registry, study: str, alias: str) -> Version:
    """The version an alias pointed at before the one it points at now.

    Raises
    ------
    PromotionRefused
        If nothing says which.
    """
    versions = {version.number: version for version in registry.versions(study)}
    now = [version for version in versions.values() if alias in version.aliases]
    made = [each for version in now for each in version.promotions if each.alias == alias]
    before = made[-1].before if made else None
    if before is None or before not in versions:
        raise PromotionRefused(
            f"Nothing says which version was {alias} before. Name one to promote instead."
        )
    return versions[before]


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


def _pointed(registry: Registry, study: str, alias: str) -> int | None:
    for version in registry.versions(study):
        if alias in version.aliases:
            return version.number
    return None
