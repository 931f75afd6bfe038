"""Slips of a pen or a keyboard, by which one word becomes another."""

from __future__ import annotations


def one_slip(one: str, other: str) -> bool:
    """Whether a letter is missing, too many or another, or two have changed places."""
    short, long = sorted((one, other), key=len)
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2][::-1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long[at:]
