"""A network between browser and app: late by a random time each way, sometimes cut."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class SlowNetwork:
    """Listens on a port and passes everything on to another, in order and late.

    Each piece waits for a time between 0 and `latest` seconds, but never overtakes the one
    before. `cut` ends every connection at once, as a ward's access point does.
    """

    def __init__(self, target: int, latest: float, seed: int) -> None:
        self.port = 0
        self._target, self._latest = target, latest
        self._random = random.Random(seed)
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Connections are taken inside; none is left open afterwards."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for each in self._serving:
                each.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)

    def cut(self) -> None:
        for writer in [*self._open]:
            writer.transport.abort()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = {writer}
        try:
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
                ends.add(far_writer)
                self._open |= ends
                latest = self._latest * self._random.random()  # one is near, another far
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pass_on(reader, far_writer, latest))
                    both.create_task(self._pass_on(far_reader, writer, latest))
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, latest: float
    ) -> None:
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            due = 0.0
            while True:
                arrives, piece = await pieces.get()
                due = max(due, arrives)
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not piece:
                    break
                writer.write(piece)
                await writer.drain()

        async def receive() -> None:
            with suppress(OSError):
                while piece := await reader.read(65536):
                    pieces.put_nowait((loop.time() + latest * self._random.random(), piece))
            pieces.put_nowait((0.0, b""))

        with suppress(OSError):
            await asyncio.gather(deliver(), receive())
        writer.close()
