"""Whether the address of a tracking server can be one, before anybody connects or looks up a name.

Of a malformed address MLflow's client makes another: ``http://`` asked a computer named “api”.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from model.errors import TrackingUnavailable
from model.registry import conventions

SERVERS = ("http", "https")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
HOST_CHARACTERS = 253
ALMOST = re.compile(r"localhost|[\w.-]+:\d{2,5}(/.*)?")
"""A server's address without its beginning."""


def require_sensible(address: str) -> None:
    """Refuse what is no address of a tracking server.

    Raises
    ------
    TrackingUnavailable
        As a sentence that says what is odd.
    """
    if odd := _odd(address):
        seen = "".join(letter for letter in address if letter.isprintable())
        shown = conventions.without_credentials(seen)
        raise TrackingUnavailable(
            f"The tracking server at {shown} has an address that is none: {odd}. "
            "Set MLFLOW_TRACKING_URI to one such as http://127.0.0.1:5000 or sqlite:///mlflow.db."
        )


def _odd(address: str) -> str:
    """What is odd about it; blank for nothing."""
    if not address.strip() or not address.isprintable() or address != address.strip():
        return "it is blank, or holds a character that cannot be seen"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "it is cut off, or its name is no name"
    if parts.scheme in SERVERS:
        return _odd_server(parts)
    if address in ("sqlite://", "sqlite:///"):
        return "it names no file"
    if ALMOST.fullmatch(address) and not Path(address).exists():
        return "http:// is missing at its beginning"
    return ""


def _odd_server(parts: SplitResult) -> str:
    try:
        is_port = parts.port != 0
    except ValueError:
        is_port = False
    if not is_port:
        return "its port is no number from 1 to 65535"
    if not parts.hostname or not _is_host(parts.hostname):
        return "its name is no name"
    if parts.fragment:
        return "it goes on with #"
    return ""


def _is_host(name: str) -> bool:
    try:
        if ":" in name:
            ipaddress.IPv6Address(name.partition("%")[0])
            return True
        plain = name.encode("idna").decode("ascii").rstrip(".")
    except ValueError:
        return False
    labels = plain.split(".")
    return len(plain) <= HOST_CHARACTERS and all(map(LABEL.fullmatch, labels))
