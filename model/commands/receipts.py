"""Receipts: ``verify``."""

from __future__ import annotations

import argparse

from model.commands.exit_codes import DONE, FAILED, registry
from model.errors import ReceiptRefused


def verify(chosen: argparse.Namespace) -> int:
    """Score a receipt's patient again, and say what is not as it was."""
    from model.record import receipt
    from model.record.verification import differences

    try:
        with chosen.receipt.open("rb") as file:
            data = file.read(receipt.LARGEST_BYTES + 1)
    except OSError as error:
        raise ReceiptRefused(f"{chosen.receipt} cannot be read: {error.strerror}.") from None
    record, unchanged = receipt.read(data)
    origin = record.origin
    model = registry(chosen).open(chosen.model or f"models:/{origin.model_id}")
    found = differences(record, model)
    if not unchanged:
        found = ("The receipt was edited after it was written.", *found)
    of = f"{origin.study} v{origin.version} ({origin.model_id})"
    if not found:
        print(f"The same number comes again, from {of}.")
        return DONE
    print(f"Not as the receipt of {of} says:")
    for sentence in found:
        print(f"  {sentence}")
    return FAILED
