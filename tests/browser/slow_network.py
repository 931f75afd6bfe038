"""A network between browser and app: late by a random time each way, sometimes cut."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress


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

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def cut(self) -> None:
        for writer in [*self._open]:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        ends = {writer, far_writer}
        self._open |= ends
        latest = self._latest * self._random.random()  # one connection is near, another far
        await asyncio.gather(
            self._pass_on(reader, far_writer, latest), self._pass_on(far_reader, writer, latest)
        )
        self._open -= ends

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

        delivery = asyncio.create_task(deliver())
        with suppress(OSError):
            while piece := await reader.read(65536):
                pieces.put_nowait((loop.time() + latest * self._random.random(), piece))
        pieces.put_nowait((0.0, b""))
        with suppress(OSError):
            await delivery
        writer.close()
