"""The REST endpoints an operator vouches for, by name."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from model.errors import EndpointUnavailable


@dataclass(frozen=True)
class Endpoint:
    """A model server the operator vouches for."""

    name: str
    url: str


def endpoints(text: str) -> tuple[Endpoint, ...]:
    """Read ``name=url`` pairs with commas, as in BEDSIDE_ENDPOINTS.

    Raises
    ------
    ValueError
        If a pair is not understood, holds a login, or a name is there twice. No message holds an
        address.
    """
    found = tuple(_endpoint(pair.strip()) for pair in text.split(",") if pair.strip())
    if len({endpoint.name for endpoint in found}) < len(found):
        raise ValueError("two endpoints in BEDSIDE_ENDPOINTS have the same name")
    return found


def named(name: str, text: str) -> Endpoint:
    """The endpoint of that name among those of BEDSIDE_ENDPOINTS.

    Raises
    ------
    EndpointUnavailable
        If there is none, or the setting is not understood.
    """
    try:
        known = {endpoint.name: endpoint for endpoint in endpoints(text)}
    except ValueError as error:
        raise EndpointUnavailable(f"The settings cannot be used: {error}.") from None
    if name not in known:
        listed = ", ".join(known) or "none; name some in BEDSIDE_ENDPOINTS"
        raise EndpointUnavailable(f"There is no endpoint {name!r}. There is: {listed}.")
    return known[name]


def _endpoint(pair: str) -> Endpoint:
    name, equals, url = pair.partition("=")
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # its text repeats the address, with a login there may be in it
        raise ValueError("an address in BEDSIDE_ENDPOINTS is not an address") from None
    if not equals or not name.strip() or parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(
            "BEDSIDE_ENDPOINTS takes name=url pairs, such as ward=http://127.0.0.1:5001"
        )
    if "@" in parts.netloc or parts.query:
        raise ValueError("an address in BEDSIDE_ENDPOINTS may hold no login and no query")
    return Endpoint(name.strip(), url.strip().rstrip("/"))
