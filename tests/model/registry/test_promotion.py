"""Promotion on a real store: where it is allowed, with a reason, recorded, and back in one step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.__main__ import main
from model.errors import BundleRefused, OutputError, PromotionRefused, TrackingUnavailable
from model.registry import conventions
from model.registry.audit_log import AuditLog, verify
from model.registry.promotion import Promoter
from model.registry.registry import Registry
from model.registry.versions import Version
from tests.stores import STUDY, Store

pytestmark = pytest.mark.server

ALLOWED = {"BEDSIDE_ALLOW_PROMOTION": "true"}
REASON = "calibrated better at our ward"


@pytest.fixture
def copied(store: Store, tmp_path: Path) -> Store:
    return store.copy(tmp_path / "store")


def version(store: Store, reference: str) -> Version:
    return Registry(store.uri).resolve(f"models:/{STUDY}{reference}")


def promoter(store: Store, log: Path | None = None) -> Promoter:
    return Promoter(Registry(store.uri), allowed=True, audit=AuditLog(log) if log else None)


def run(store: Store, *arguments: str, **settings: str) -> int:
    return main(["promote", *arguments], {"MLFLOW_TRACKING_URI": store.uri, **settings})


def test_a_promotion_moves_the_alias_and_is_recorded_three_times(
    copied: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "audit.jsonl"
    reference = f"models:/{STUDY}/2"
    assert run(copied, reference, "--reason", REASON, BEDSIDE_AUDIT_LOG=str(log), **ALLOWED) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{STUDY} v2 is champion now; before it was v1.")
    assert "Judged today: not worse than the margin against v1" in shown
    promoted = version(copied, "@champion")
    assert promoted.number == 2
    (made,) = promoted.promotions
    assert (made.alias, made.reason, made.before) == ("champion", REASON, 1)
    intended, logged = map(json.loads, log.read_text().splitlines())
    assert (intended["outcome"], logged["outcome"]) == ("intended", "done")
    assert (logged["what"], logged["version"]) == ("promoted", f"{STUDY} v2")
    assert (logged["model_id"], logged["note"]) == (promoted.model_id, f"champion: {REASON}")
    assert "2 lines" in verify(log)


def test_one_step_takes_it_back(copied: Store) -> None:
    run(copied, f"models:/{STUDY}/2", "--reason", REASON, **ALLOWED)
    assert run(copied, "--back", "--reason", "worse on the ward", **ALLOWED) == 0
    assert version(copied, "@champion").number == 1
    assert version(copied, "/2").promotions[0].reason == REASON  # what happened stays told


def test_a_challenger_is_a_promotion_too(copied: Store) -> None:
    reference = f"models:/{STUDY}/2"
    assert run(copied, reference, "--alias", "challenger", "--reason", REASON, **ALLOWED) == 0
    assert version(copied, "@challenger").number == 2
    assert version(copied, "@champion").number == 1


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        ([f"models:/{STUDY}/2", "--reason", REASON], {}, "Promotion is not allowed here."),
        ([f"models:/{STUDY}/2", "--reason", " "], ALLOWED, "A promotion needs a reason"),
        ([f"models:/{STUDY}/2", "--reason", "x" * 201], ALLOWED, "A promotion needs a reason"),
        ([f"models:/{STUDY}/1", "--reason", REASON], ALLOWED, f"{STUDY} v1 is champion already."),
        ([f"models:/{STUDY}/9", "--reason", REASON], ALLOWED, f"models:/{STUDY}/9 is not on"),
        (["--back", "--reason", REASON], ALLOWED, "Nothing says which version was champion before"),
    ],
)
def test_a_promotion_is_refused_in_a_sentence_and_changes_nothing(
    copied: Store,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    settings: dict[str, str],
    said: str,
) -> None:
    assert run(copied, *arguments, **settings) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(said)
    assert version(copied, "@champion").number == 1
    assert not version(copied, "/2").promotions


def test_a_version_that_is_not_what_was_logged_is_not_promoted(
    copied: Store, tmp_path: Path
) -> None:
    asked = version(copied, "/2")
    with (copied.bundle(asked.model_id) / "additive.json").open("a") as file:
        file.write(" ")
    log = tmp_path / "audit.jsonl"
    with pytest.raises(BundleRefused):
        promoter(copied, log).promote(asked, "champion", reason=REASON, who="local")
    assert version(copied, "@champion").number == 1
    assert json.loads(log.read_text())["outcome"] == "refused: BundleRefused"


def test_what_cannot_be_logged_is_not_done(copied: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        promoter(copied, tmp_path / "nowhere" / "log").promote(
            version(copied, "/2"), "champion", reason=REASON, who="local"
        )
    assert version(copied, "@champion").number == 1


def test_a_promotion_the_server_did_not_answer_is_not_logged_as_done(
    copied: Store, tmp_path: Path
) -> None:
    class Away(Registry):
        def point(self, version: Version, alias: str) -> None:
            raise TrackingUnavailable("away")

    log = tmp_path / "audit.jsonl"
    away = Promoter(Away(copied.uri), allowed=True, audit=AuditLog(log))
    with pytest.raises(TrackingUnavailable):
        away.promote(version(copied, "/2"), "champion", reason=REASON, who="local")
    outcomes = [json.loads(line)["outcome"] for line in log.read_text().splitlines()]
    assert outcomes == ["intended", "unknown: TrackingUnavailable"]


def test_there_are_two_aliases_to_promote_to(copied: Store) -> None:
    with pytest.raises(PromotionRefused, match=r"no alias 'prod'.*champion, challenger"):
        promoter(copied).promote(version(copied, "/2"), "prod", reason=REASON, who="local")


def test_a_tag_somebody_edited_is_no_promotion(copied: Store) -> None:
    Registry(copied.uri).tag(version(copied, "@champion"), conventions.PROMOTIONS, "[1, {]")
    assert version(copied, "@champion").promotions == ()


def test_the_log_is_verified_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "audit.jsonl"
    log.write_text("{}\n")
    assert main(["audit", "verify", str(log)], {}) == 1
    assert "line 1: edited" in capsys.readouterr().err
