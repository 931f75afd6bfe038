"""A changed value on the Patient page, beside a bare Streamlit page with one number field.

Claims, in the system's Chromium, with both sides measured in turn in one run:

- the server takes at most the processor time of the bare page for a changed value;
- nothing on the page moves: the layout shift of every typed age is 0, and of every option of every
  question chosen once;
- from the Enter in the age to the first frame with the new number takes at most 1.3 times as long.

Printed besides: mutations of the document and its shadow trees for a change. On both sides another
age is typed; ours checks, scores, explains and draws a whole patient with it. What either page asks
of its server between the changes is in the processor time. The bare page is
`benchmarks/peers/one_field.py` as Streamlit starts it. Exits with 1 if a claim does not hold.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page

from benchmarks import claims
from benchmarks.side_by_side import pages, servers
from benchmarks.side_by_side.pages import Change
from benchmarks.side_by_side.servers import Side

PROCESSOR_RATIO, TIME_RATIO, MOST_SHIFT = 1.0, 1.3, 0.0
WARM_UP, ROUNDS, CHANGES = 4, 5, 10


def round_of(side: Side, page: Page, made: list[Change]) -> float:
    """Some changes, appended to `made`; milliseconds of processor time for one of them."""
    before = side.processor_seconds()
    made += [pages.change(page, at) for at in range(CHANGES)]
    return 1000 * (side.processor_seconds() - before) / CHANGES


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        both = servers.both(Path(scratch))
        browser = stack.enter_context(pages.chromium())
        shown: dict[str, Page] = {}
        for side in both:
            stack.enter_context(side.started())
            page = shown[side.name] = pages.context(browser).new_page()
            page.goto(side.url)
            pages.fill(page, side)
        time.sleep(servers.SECONDS_TO_WARM_UP)
        for page in shown.values():
            for at in range(WARM_UP):
                pages.change(page, at)
        spent: dict[str, list[float]] = {side.name: [] for side in both}
        made: dict[str, list[Change]] = {side.name: [] for side in both}
        for _ in range(ROUNDS):
            for side in both:
                spent[side.name].append(round_of(side, shown[side.name], made[side.name]))
        chosen = pages.choices(shown[both[0].name])
    mine, theirs = made.values()
    our_spent, their_spent = spent.values()
    print(f"one changed value, medians of {ROUNDS} rounds of {CHANGES} changes on either side")
    claims.compared("processor time of a change", "ms", our_spent, their_spent, PROCESSOR_RATIO)
    claims.compared(
        "to the new number painted",
        "ms",
        [change.milliseconds for change in mine],
        [change.milliseconds for change in theirs],
        TIME_RATIO,
    )
    for what, changes in (("an age typed", mine), ("an option chosen", chosen)):
        largest = max(change.shift for change in changes)
        claims.at_most(f"layout shift, {what}, the largest", largest, MOST_SHIFT)
    for what, changes in (("typed ages", mine), ("options", chosen)):
        shifted = [change for change in changes if change.shift > 0]
        if shifted:
            moved = sum((Counter(change.moved) for change in shifted), Counter[str]())
            named = ", ".join(f"{name} ({times})" for name, times in moved.most_common(6))
            median = statistics.median(change.shift for change in shifted)
            print(
                f"  {len(shifted)} of {len(changes)} {what} shifted, median {median:.3f}: {named}"
            )
    claims.told(
        "mutations of the document",
        "",
        [change.mutations for change in mine],
        [change.mutations for change in theirs],
    )
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
