"""The first number on the Patient page, beside a bare Streamlit page with one number field.

Claim, in the system's Chromium, with both sides measured in turn in one run:

- from the start of the server's process to a field one can type into takes at most 1.5 times as
  long as with the bare page.

Printed besides, of an address opened on a server that runs, with an empty cache and again with what
the browser kept: seconds to a field one can type into and to the number, requests, and bytes as
they came over the network, the websocket's included. The number follows an example on our page, and
one typed value on the bare one, given as soon as the page takes them. The bare page is
`benchmarks/peers/one_field.py` as Streamlit starts it. Starts are warm: both were started once
before, so that bytecode is compiled and files lie in memory. Exits with 1 if the claim does not
hold.
"""

from __future__ import annotations

import base64
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks import claims
from benchmarks.side_by_side import pages, servers
from benchmarks.side_by_side.servers import Side

START_RATIO = 1.5
ROUNDS = 5


@dataclass
class Opening:
    """What it took from the address to the number."""

    usable: float = 0.0
    painted: float = 0.0
    requests: int = 0
    kilobytes: float = 0.0

    def follow(self, page: Page) -> None:
        """Count what the page asks for from now on, and what comes over the network for it."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._requested)
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._received)

    def _requested(self, event: dict[str, Any]) -> None:
        self.requests += not event["request"]["url"].startswith(("data:", "blob:"))

    def _loaded(self, event: dict[str, Any]) -> None:
        self.kilobytes += event["encodedDataLength"] / 1000

    def _received(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        size = len(base64.b64decode(data)) if frame["opcode"] == 2 else len(data)
        self.kilobytes += size / 1000


def to_a_field(side: Side, begun: float, browser: BrowserContext) -> float:
    """Seconds from the start of its process."""
    page = browser.new_page()
    page.goto(side.url, wait_until="commit")
    usable = pages.usable(page)
    page.close()
    return usable - begun


def opened(side: Side, browser: BrowserContext) -> Opening:
    page = browser.new_page()
    opening = Opening()
    opening.follow(page)
    begun = time.perf_counter()
    page.goto(side.url, wait_until="commit")
    opening.usable = pages.usable(page) - begun
    pages.fill(page, side)
    opening.painted = time.perf_counter() - begun
    page.wait_for_timeout(pages.QUIET)  # what the number set off is counted as well
    page.close()
    return opening


def measure(
    both: tuple[Side, Side], browser: Browser
) -> tuple[list[list[float]], list[list[Opening]], list[list[Opening]]]:
    """For either side: seconds of its starts, openings with an empty cache, and openings again."""
    starts: list[list[float]] = [[], []]
    first: list[list[Opening]] = [[], []]
    again: list[list[Opening]] = [[], []]
    known = [pages.context(browser) for _ in both]
    for number in range(1 + ROUNDS):
        for at, side in enumerate(both):
            with side.started() as begun:
                seconds = to_a_field(side, begun, known[at])
                time.sleep(servers.SECONDS_TO_WARM_UP)
                stranger = pages.context(browser)
                openings = opened(side, stranger), opened(side, stranger)
                stranger.close()
            if number > 0:  # the first start is not a warm one
                starts[at].append(seconds)
                first[at].append(openings[0])
                again[at].append(openings[1])
    return starts, first, again


SHOWN: tuple[tuple[str, str, Callable[[Opening], float]], ...] = (
    ("to a field one can type into", "s", lambda opening: opening.usable),
    ("to the number", "s", lambda opening: opening.painted),
    ("requests", "", lambda opening: opening.requests),
    ("over the network", "kB", lambda opening: opening.kilobytes),
)


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        both = servers.both(Path(scratch))
        with pages.chromium() as browser:
            starts, first, again = measure(both, browser)
    print(f"medians of {ROUNDS} on either side")
    claims.compared("start to a field one can type into", "s", starts[0], starts[1], START_RATIO)
    for title, openings in (("address opened, empty cache", first), ("again", again)):
        print(title)
        for name, unit, figure in SHOWN:
            ours, theirs = ([figure(opening) for opening in side] for side in openings)
            claims.told(f"  {name}", unit, ours, theirs)
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
