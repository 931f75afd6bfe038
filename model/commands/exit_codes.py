"""How commands end, and where they find versions and the audit log."""

from __future__ import annotations

import argparse
import getpass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.adoption.pool import Pool
    from model.registry.audit_log import AuditLog
    from model.registry.registry import Registry
    from model.studies import Study

DONE, FAILED, REFUSED = 0, 1, 2


def study(chosen: argparse.Namespace) -> Study:
    """The study that ``--study`` names: ours, the operator's, or a file's."""
    from model import studies

    return studies.find(chosen.study, studies_folder(chosen))


def studies_folder(chosen: argparse.Namespace) -> Path | None:
    """The operator's own studies."""
    folder = chosen.environ.get("BEDSIDE_STUDIES", "")
    return Path(folder) if folder else None


def registry(chosen: argparse.Namespace) -> Registry:
    """The versions on the tracking server of the environment.

    One that was adopted and is asked may be: who names it on a command line wants it to run.
    """
    from model.registry.registry import Registry

    address = chosen.environ["MLFLOW_TRACKING_URI"]

    @cache
    def pool() -> Pool:
        from model.adoption.pool import Pool  # a tenth of the start of a version of our own
        from model.adoption.worker.environment import computing

        return Pool.until_exit(address, computing(chosen.environ))

    return Registry(
        address, look_first=True, start=lambda origin, asked: pool().start(origin, asked)
    )


def audit_log(chosen: argparse.Namespace) -> AuditLog | None:
    """The log the operator keeps, if any."""
    from model.registry.audit_log import AuditLog

    path = chosen.environ.get("BEDSIDE_AUDIT_LOG", "")
    return AuditLog(Path(path)) if path else None


def login() -> str:
    """Who runs the command; a container's user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "local"
