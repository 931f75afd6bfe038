"""Versions: ``promote``, ``serve``, and the audit log that tells who did what with which."""

from __future__ import annotations

import argparse
import getpass
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.exit_codes import DONE, registry
from model.registry import conventions

if TYPE_CHECKING:
    from model.registry.audit_log import AuditLog


def promote(chosen: argparse.Namespace) -> int:
    from model.registry.promotion import Promoter

    versions, environ = registry(chosen), chosen.environ
    allowed = environ.get("BEDSIDE_ALLOW_PROMOTION", "").lower() == "true"
    shared = "MLFLOW_TRACKING_URI" in chosen.given
    promoter = Promoter(versions, allowed, _audit_log(environ), shared)
    if chosen.back:
        version = promoter.previous(chosen.study, chosen.alias)
    else:
        version = versions.resolve(chosen.reference)
    made = promoter.promote(
        version,
        chosen.alias,
        reason=chosen.reason,
        who=getpass.getuser(),
        with_gaps=chosen.with_gaps,
    )
    before = f"v{made.before}" if made.before else "no version"
    print(f"{version.title} is {made.alias} now; before it was {before}.")
    if version.eligibility:
        verdict = "eligible" if version.eligibility.eligible else "not eligible"
        print(f"When it was trained it was {verdict}. {' '.join(version.eligibility.reasons)}")
    return DONE


def serve(chosen: argparse.Namespace) -> int:
    from model.registry import model_server

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    version = registry(chosen).resolve(chosen.reference)
    print(f"Starting a server for {version.title} …", file=sys.stderr, flush=True)
    # What keeps this process from running an artifact's code would keep the server from its task.
    own = {
        name: value
        for name, value in chosen.environ.items()
        if name in chosen.given or name != conventions.PICKLES
    }
    with model_server.served(
        version.reference, own, environment=chosen.env_manager, port=chosen.port
    ) as server:
        print(f"{version.title} ({version.model_id}) answers at {server.url}", flush=True)
        print(
            f"For the app: BEDSIDE_ENDPOINTS={version.study}/{version.number}={server.url}. "
            "Ctrl-C stops the server.",
            file=sys.stderr,
            flush=True,
        )
        try:
            server.wait()
        except KeyboardInterrupt:
            print("Stopped.", file=sys.stderr)
    return DONE


def verify_audit(chosen: argparse.Namespace) -> int:
    from model.registry import audit_log

    print(audit_log.verify(chosen.file))
    return DONE


def _audit_log(environ: Mapping[str, str]) -> AuditLog | None:
    from model.registry.audit_log import AuditLog

    path = environ.get("BEDSIDE_AUDIT_LOG", "")
    return AuditLog(Path(path)) if path else None
