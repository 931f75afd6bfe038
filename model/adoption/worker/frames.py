"""What goes over the pipes: a JSON head and a body of bytes, each with its length before it.

    >  head length (4 bytes)  body length (8 bytes)  head  body

Questions carry a table as an Arrow stream. Answers carry numbers alone, as little-endian doubles
column by column, since what a hostile process writes is read by us.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

LENGTHS = struct.Struct("<IQ")
LARGEST_HEAD_BYTES = 128 * 1024**2
LARGEST_BODY_BYTES = 2 * 1024**3


def packed(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A message as it goes through a pipe; `read` is the inverse."""
    text = json.dumps(head, allow_nan=False, default=str).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next message of one who is trusted; None at the end."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, body = LENGTHS.unpack(lengths)
    return json.loads(stream.read(head)), stream.read(body)
