"""Thirty clinicians at once on the Patient page, beside a bare Streamlit page with one field.

Claims, with both sides measured one after the other in one run, each with 30 sessions that change a
value every 2 s:

- 95 of 100 changes are answered within 1 s;
- the server takes at most the processor time of the bare page for an answered change;
- memory is flat: after a warm-up it grows by at most 5 %.

    python benchmarks/patient_load.py --minutes 30

Sessions speak Streamlit's websocket protocol from one Python process, which takes less than a tenth
of what 30 pages of Chromium would; see `benchmarks/side_by_side/sessions.py`. So painting is not in
the times, and the generator's own share of the machine is printed. A change that is due while the
one before is not answered waits, and its time counts from when it was due. The bare page,
`benchmarks/peers/one_field.py` as Streamlit starts it, gets the same load for at most a minute.
Memory is that of the server's processes. Exits with 1 if a claim does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import claims
from benchmarks.side_by_side import servers, sessions
from benchmarks.side_by_side.servers import Side
from benchmarks.side_by_side.sessions import Session

SESSIONS, EVERY_SECONDS = 30, 2.0
WARM_UP_SECONDS = 30.0
MOST_SECONDS, PROCESSOR_RATIO, MOST_GROWTH_PERCENT = 1.0, 1.0, 5.0
PEER_MINUTES = 1.0  # at most
LOOK_SECONDS = 5.0  # between two looks at the memory


@dataclass
class Load:
    """What a while of it took: seconds waited, processor seconds, megabytes in the order seen."""

    waited: list[float]
    processor_seconds: float
    generator_seconds: float
    seconds: float
    megabytes: list[float] = field(default_factory=list)

    @property
    def milliseconds_a_change(self) -> float:
        return 1000 * self.processor_seconds / len(self.waited)

    @property
    def growth_percent(self) -> float:
        """From the median of the first fifth of the looks to that of the last."""
        part = max(1, len(self.megabytes) // 5)
        first, last = self.megabytes[:part], self.megabytes[-part:]
        return 100 * (statistics.median(last) / statistics.median(first) - 1)


async def under_load(side: Side, visitors: list[Session], seconds: float) -> Load:
    for visitor in visitors:
        visitor.waited.clear()
    begun, own, used = time.perf_counter(), time.process_time(), side.processor_seconds()
    apart = EVERY_SECONDS / len(visitors)
    work = asyncio.gather(
        *(
            visitor.repeat(begun + seconds, EVERY_SECONDS, begun + at * apart)
            for at, visitor in enumerate(visitors)
        )
    )
    megabytes = [side.resident_megabytes()]
    while not work.done():
        await asyncio.wait([work], timeout=LOOK_SECONDS)
        megabytes.append(side.resident_megabytes())
    await work
    return Load(
        [seconds for visitor in visitors for seconds in visitor.waited],
        side.processor_seconds() - used,
        time.process_time() - own,
        time.perf_counter() - begun,
        megabytes,
    )


async def measured(side: Side, minutes: float, count: int = SESSIONS) -> Load:
    with side.started():
        async with sessions.opened(side, 1) as first:  # what it loads by itself it loads now
            await asyncio.sleep(servers.SECONDS_TO_WARM_UP)
            await first[0].change()
        async with sessions.opened(side, count) as visitors:
            await under_load(side, visitors, WARM_UP_SECONDS)
            return await under_load(side, visitors, 60 * minutes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="of load on our page")
    minutes: float = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as scratch:
        ours, bare = servers.both(Path(scratch))
        mine = asyncio.run(measured(ours, minutes))
        theirs = asyncio.run(measured(bare, min(minutes, PEER_MINUTES)))
    print(f"{SESSIONS} sessions, a change every {EVERY_SECONDS:g} s in each")
    for name, load in (("ours", mine), ("bare", theirs)):
        print(
            f"  {name}: {len(load.waited)} changes in {load.seconds:.0f} s; cores taken: "
            f"server {load.processor_seconds / load.seconds:.2f}, "
            f"generator {load.generator_seconds / load.seconds:.2f}; "
            f"{load.megabytes[0]:.0f} MB, {max(load.megabytes):.0f} MB at most, "
            f"{load.megabytes[-1]:.0f} MB at the end"
        )
    claims.told("to the answer, median", "s", mine.waited, theirs.waited)
    late, theirs_late = (claims.percentile(load.waited, 0.95) for load in (mine, theirs))
    claims.told("to the answer, 95th percentile", "s", [late], [theirs_late])
    claims.at_most(f"{SESSIONS} sessions, to the answer, 95th percentile", late, MOST_SECONDS, "s")
    claims.compared(
        f"{SESSIONS} sessions, processor time of a change",
        "ms",
        [mine.milliseconds_a_change],
        [theirs.milliseconds_a_change],
        PROCESSOR_RATIO,
    )
    growth = f"growth of memory in {minutes:g} min"
    claims.at_most(growth, mine.growth_percent, MOST_GROWTH_PERCENT, "%")
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
