"""A receipt: a record as JSON, that can be scored again to the same number.

It holds the patient's values, so it is handed to whoever asked for it and kept nowhere. Its own
hash shows an edit; it is no signature.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict
from datetime import datetime
from typing import Any

from model.errors import ReceiptRefused
from model.interpretation.local_prevalence import Prevalence
from model.record.record import Origin, Record
from model.schema import RESEARCH_USE
from model.scoring.certificate import Certificate
from model.scoring.engine import LINKS, LOG_ODDS

RECEIPT_VERSION = 1
LARGEST_BYTES = 1024 * 1024
ABOUT = f"{RESEARCH_USE} Verify: python -m model verify RECEIPT.json"
RESULT = ("risk", "low", "high", "submodel", "base", "contributions")
SEAL = "sha256"


def write(record: Record) -> str:
    """The receipt of a record; `read` is its inverse."""
    whole = asdict(record)
    document = {
        "receipt_version": RECEIPT_VERSION,
        "about": ABOUT,
        "written": record.when.isoformat(timespec="seconds"),
        "population": record.population,
        "model": whole["origin"],
        "route": record.route,
        "inputs": whole["values"],
        "local_prevalence": whole["prevalence"],
        "result": {name: whole[name] for name in RESULT},
        "flags": list(record.flags),
    }
    if record.scale != LOG_ODDS:
        document["scale"] = record.scale
    if record.certificate is not None:
        document["certificate"] = record.certificate.to_document()
    sealed = {**document, SEAL: _seal(document)}
    return json.dumps(sealed, indent=1, ensure_ascii=False, allow_nan=False)


def read(data: bytes) -> tuple[Record, bool]:
    """The record of a receipt, and whether it is as it was written.

    Raises
    ------
    ReceiptRefused
        If it is no receipt, or not one this program reads. No message holds a value.
    """
    if len(data) > LARGEST_BYTES:
        raise ReceiptRefused("The file is too large to be a receipt.")
    try:
        document = json.loads(data, parse_constant=_refuse)
        seal = document.pop(SEAL)
        version = document["receipt_version"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ReceiptRefused(
            "The file is not a receipt: take the JSON file that the Patient page gave."
        ) from None
    if version != RECEIPT_VERSION:
        raise ReceiptRefused(
            f"The receipt is of another version than {RECEIPT_VERSION}, which this program reads. "
            "Use the release it was written with."
        )
    try:
        return _record(document), seal == _seal(document)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise ReceiptRefused(
            "The receipt is incomplete. Take it anew from the Patient page."
        ) from None


def _record(document: dict[str, Any]) -> Record:
    prevalence, result = document["local_prevalence"], document["result"]
    return Record(
        when=datetime.fromisoformat(document["written"]),
        origin=Origin(**document["model"]),
        route=str(document["route"]),
        values=_numbers(document["inputs"]),
        **_numbers({name: result[name] for name in ("risk", "base")}),
        **_interval(result["low"], result["high"]),
        submodel=str(result["submodel"]),
        contributions=_numbers(result["contributions"]),
        prevalence=Prevalence(**_numbers(prevalence)) if prevalence is not None else None,
        flags=tuple(str(flag) for flag in document["flags"]),
        population=str(document.get("population", "")),
        scale=_scale(document.get("scale", LOG_ODDS)),
        certificate=_certificate(document.get("certificate")),
    )


def _scale(name: Any) -> str:
    if name not in LINKS:
        raise ValueError("a scale that is not known")
    return str(name)


def _certificate(document: Any) -> Certificate | None:
    """Of an adopted version; receipts of others, and older ones, have none."""
    return None if document is None else Certificate.from_document(document)


def _interval(low: Any, high: Any) -> dict[str, Any]:
    """Both ends, or neither."""
    if low is None and high is None:
        return {"low": None, "high": None}
    return _numbers({"low": low, "high": high})


def _numbers(found: dict[str, Any]) -> dict[str, Any]:
    numbers = {str(name): float(number) for name, number in found.items()}
    if not all(map(math.isfinite, numbers.values())):
        raise ValueError("a number that is not finite")
    return numbers


def _seal(document: dict[str, Any]) -> str:
    whole = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not a finite number")
