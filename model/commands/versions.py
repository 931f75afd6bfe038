"""Versions: ``promote``, ``serve``, and the audit log that tells who did what with which."""

from __future__ import annotations

import argparse
import signal
import sys

from model.commands.exit_codes import DONE, audit_log, login, registry
from model.registry import conventions


def promote(chosen: argparse.Namespace) -> int:
    """Point an alias at a version, or back at the one before, where the operator allows it."""
    from model.registry.promotion import Promoter

    versions, environ = registry(chosen), chosen.environ
    allowed = environ.get("BEDSIDE_ALLOW_PROMOTION", "").lower() == "true"
    shared = "MLFLOW_TRACKING_URI" in chosen.given
    promoter = Promoter(versions, allowed, audit_log(chosen), shared)
    if chosen.back:
        version = promoter.previous(chosen.study, chosen.alias)
    else:
        version = versions.resolve(chosen.reference)
    made = promoter.promote(
        version,
        chosen.alias,
        reason=chosen.reason,
        who=login(),
        with_gaps=chosen.with_gaps,
    )
    before = f"v{made.before}" if made.before else "no version"
    print(f"{version.title} is {made.alias} now; before it was {before}.")
    if made.verdict:
        print(f"Judged today: {made.verdict}.")
    if version.quick:
        print(version.quick)
    return DONE


def serve(chosen: argparse.Namespace) -> int:
    """Serve a version over REST until the command is stopped."""
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
    """Say whether an audit log is as it was written."""
    from model.registry import audit_log

    print(audit_log.verify(chosen.file))
    return DONE


def repair_audit(chosen: argparse.Namespace) -> int:
    """Remove a last line that a full disk cut, and say so in the log."""
    from model.registry.audit_log import AuditLog

    print(AuditLog(chosen.file).repair())
    return DONE
