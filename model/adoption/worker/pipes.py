"""Writing to a process and reading from it at once, until a moment that is agreed."""

from __future__ import annotations

import io
import json
import os
import selectors
import subprocess
import time
from typing import Any

import pandas as pd

from model.adoption.worker import frames

READ_BYTES = 1024**2


def arrow(frame: pd.DataFrame) -> bytes:
    """A table as an Arrow stream."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def exchanged(
    process: subprocess.Popen[bytes], sent: bytes, end: float
) -> tuple[dict[str, Any], bytes]:
    """Write a message and read one, both at once, until `end` on the monotonic clock."""
    assert process.stdin is not None
    assert process.stdout is not None
    into, out = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(into, False)
    waiting = memoryview(sent)
    read = bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(into, selectors.EVENT_WRITE)
        ready.register(out, selectors.EVENT_READ)
        while len(read) < (wanted := _wanted(read)):
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            for key, _ in ready.select(left):
                if key.fd == into:
                    waiting = waiting[os.write(into, waiting[:READ_BYTES]) :]
                    if not waiting:
                        ready.unregister(into)
                else:
                    part = os.read(out, min(READ_BYTES, wanted - len(read)))
                    if not part:
                        raise EOFError
                    read += part
    size = frames.LENGTHS.size
    head_bytes, _ = frames.LENGTHS.unpack_from(read)
    head = json.loads(read[size : size + head_bytes])
    if not isinstance(head, dict):
        raise ValueError("a head that is no record")
    return head, bytes(read[size + head_bytes :])


def _wanted(read: bytearray) -> int:
    """How many bytes a message has, as far as what was read of it tells.

    Raises
    ------
    ValueError
        If it claims to be longer than any answer.
    """
    size = frames.LENGTHS.size
    if len(read) < size:
        return size
    head, body = frames.LENGTHS.unpack_from(read)
    if head > frames.LARGEST_HEAD_BYTES or body > frames.LARGEST_BODY_BYTES:
        raise ValueError("an answer longer than any")
    return size + int(head) + int(body)
