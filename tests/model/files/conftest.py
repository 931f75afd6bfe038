"""What the tests of scoring share."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from model.files import score_file
from model.files.results.scored_file import InMemory, ScoredFile
from model.scoring import LoadedModel


@pytest.fixture
def held(bundle_folder: tuple[Path, str]) -> Callable[[bytes], ScoredFile]:
    """held(content): a file, scored and explained by `logistic`, in memory."""
    model = LoadedModel.open(*bundle_folder)

    def of(content: bytes) -> ScoredFile:
        sink = InMemory(model.schema)
        score_file.score_into(sink, io.BytesIO(content), model, model, explain=True)
        assert sink.scored is not None
        return sink.scored

    return of
