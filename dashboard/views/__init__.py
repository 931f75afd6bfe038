"""The pages, by their titles. One is loaded when it is first looked at: a visitor who wants the
first page does not wait for the others.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.selection import Selection
    from dashboard.services import Services

PAGES = ("Patient", "Batch", "Models", "Performance", "About")

Render = Callable[["Services", "Selection"], None]


def page(title: str) -> Render:
    """What draws the page of that title."""
    render: Render = importlib.import_module(f"dashboard.views.{title.lower()}").render
    return render


def render(title: str, services: Services, selection: Selection) -> None:
    """Draw the page of that title."""
    page(title)(services, selection)
