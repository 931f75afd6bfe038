"""How commands end, and where they find versions."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.registry.registry import Registry

DONE, FAILED, REFUSED = 0, 1, 2


def registry(chosen: argparse.Namespace) -> Registry:
    """The versions on the tracking server of the environment."""
    from model.registry.registry import Registry

    return Registry(chosen.environ["MLFLOW_TRACKING_URI"], look_first=True)
