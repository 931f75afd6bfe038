"""How long files may take on their way from a server."""

from __future__ import annotations

import pytest

from model.registry.connection import STALLED_SECONDS, STEP_BYTES, Download

END = 100.0  # on the clock, when a question's time is over


@pytest.mark.parametrize(
    ("case", "sizes", "late_at"),
    [
        ("nothing comes", {}, END),
        ("a little less than a step comes", {98: STEP_BYTES - 1}, END),
        ("all of it came at once, and then nothing", {97: 20 * STEP_BYTES}, END),
        ("a step came late", {99: STEP_BYTES}, 99 + STALLED_SECONDS),
        ("steps keep coming", {99: STEP_BYTES, 100.5: 2 * STEP_BYTES}, 100.5 + STALLED_SECONDS),
        ("drops come for ever", {at: at for at in range(97, 200)}, END),
    ],
)
def test_files_may_take_any_time_while_they_come(
    case: str, sizes: dict[float, int], late_at: float
) -> None:
    download, size = Download(END), 0
    for tenth in range(970, 2_000):
        now = tenth / 10
        size = sizes.get(now, size)
        if download.is_late(size, now):
            assert now == pytest.approx(late_at + 0.1)
            return
    pytest.fail("it is never late")
