"""The guides for who changes the code point to what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_house import ROOMS

ROOT = Path(__file__).parents[1]
GUIDES = ("CONTRIBUTING.md", "docs/architecture.md")


@pytest.mark.parametrize("guide", GUIDES)
def test_what_a_guide_points_to_exists(guide: str) -> None:
    text = (ROOT / guide).read_text()
    paths = re.findall(r"`((?:model|dashboard|tests|docs|benchmarks)/[\w./-]*)`", text)
    assert len(paths) > 10
    made_up = {"model/estimators/NAME.py", "dashboard/views/TITLE.py"}
    assert [path for path in paths if path not in made_up and not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("model/training/export/exporter.py", ("EXPORTERS", "ACCEPTED", "accepts", "read_off")),
        ("model/files/results/writers.py", ("KINDS",)),
        ("dashboard/views/__init__.py", ("PAGES",)),
        ("model/scoring/estimator_file.py", ("TRUSTED",)),
        ("model/scoring/scorer.py", ("def assess",)),
    ],
)
def test_the_one_place_of_a_recipe_is_where_it_says(path: str, names: tuple[str, ...]) -> None:
    source = (ROOT / path).read_text()
    assert [name for name in names if name not in source] == []


def test_the_architecture_names_the_rooms_in_their_order() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    table = text.partition("## The rooms")[2].partition("Inside rooms")[0]
    named = re.findall(r"`((?:model|dashboard)\.\w+)`", table)
    ranks = [ROOMS[name] for name in named]
    assert len(named) > 20
    assert set(named) >= {room for room in ROOMS if room.startswith("model.")} - {"model.__main__"}
    assert ranks == sorted(ranks)
