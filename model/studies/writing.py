"""A study's document as YAML a person can read and go on with.

Blank answers are written out, each below its question; a guess says that it is one.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from model.studies.format.document import Document

WIDTH = 96
HEAD = """\
# yaml-language-server: $schema=study.schema.json
# A study for Bedside. What is "" is a gap: a sentence only a person can write. Training works with
# gaps; the model card shows each. Keys marked as a guess are to be checked. See docs/own-study.md.
"""
GAPS = ("intended_use", "intended_users", "population", "conduct")
"""Written even where nobody has answered yet."""


def dump(document: Document) -> str:
    """The document as YAML; reading it gives an equal one."""
    given = document.model_dump(exclude_defaults=True)
    whole: dict[str, Any] = {}
    for key, field in type(document).model_fields.items():
        if key == "conduct":
            whole[key] = document.conduct.model_dump()
        elif key in given or key in GAPS:
            whole[key] = given.get(key, field.default)
    questions = {key: _described(document, key) for key in GAPS if key != "conduct"}
    asked: dict[tuple[Any, ...], str] = {
        ("conduct", key): str(field.description)
        for key, field in type(document.conduct).model_fields.items()
    }
    comments: dict[tuple[Any, ...], str] = {(key,): text for key, text in questions.items()}
    comments |= asked
    return HEAD + "\n".join(_mapping(whole, (), comments)) + "\n"


def _described(document: Document, key: str) -> str:
    return str(type(document).model_fields[key].description)


def _mapping(
    given: Mapping[Any, Any], path: tuple[Any, ...], comments: Mapping[tuple[Any, ...], str]
) -> Iterator[str]:
    """Lines of a mapping, at the margin; the caller indents them."""
    guessed = given.get("guessed", ()) if path[:1] in (("inputs",), ("outcome",)) else ()
    apart = False
    for key, value in given.items():
        here = (*path, key)
        if not path and (apart or not _is_scalar(value)):
            yield ""
        apart = not _is_scalar(value)
        if value == "" and here in comments:
            yield from textwrap.wrap(
                comments[here], WIDTH, initial_indent="# ", subsequent_indent="# "
            )
        mark = "  # a guess: check it" if key in guessed and key != "guessed" else ""
        yield from _entry(f"{_scalar(key)}:", value, here, comments, mark)


def _entry(
    head: str,
    value: Any,
    path: tuple[Any, ...],
    comments: Mapping[tuple[Any, ...], str],
    mark: str = "",
) -> Iterator[str]:
    if _is_scalar(value):
        text = _scalar(value)
        if len(head) + len(text) + 1 <= WIDTH - 2 * len(path) or not _folds(value):
            yield f"{head} {text}{mark}"
        else:
            yield f"{head} >-{mark}"
            yield from _indented(textwrap.wrap(value, WIDTH - 2 * len(path), **_WHOLE_WORDS))
    elif isinstance(value, Mapping):
        yield f"{head}{mark}" if value else f"{head} {{}}{mark}"
        yield from _indented(_mapping(value, path, comments))
    elif all(map(_is_scalar, value)) and len(flow := _flow(value)) < WIDTH - len(head):
        yield f"{head} {flow}{mark}"
    else:
        yield f"{head}{mark}"
        for number, item in enumerate(value):
            yield from _indented(_item(item, (*path, number), comments))


def _item(
    item: Any, path: tuple[Any, ...], comments: Mapping[tuple[Any, ...], str]
) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield from _entry("-", item, path, comments)
        return
    for number, line in enumerate(_mapping(item, path, comments)):
        yield ("  " if number else "- ") + line


_PLAIN = re.compile(r"\w[\w /.%-]*")
_WHOLE_WORDS: Any = {"break_long_words": False, "break_on_hyphens": False}


def _folds(value: object) -> bool:
    """Whether a text is the same after it was wrapped and its lines joined by single spaces."""
    return isinstance(value, str) and " ".join(value.split(" ")) == " ".join(value.split())


def _is_scalar(value: object) -> bool:
    return not isinstance(value, Mapping | Sequence) or isinstance(value, str)


def _flow(values: Iterable[Any]) -> str:
    return f"[{', '.join(_in_flow(value) for value in values)}]"


def _in_flow(value: Any) -> str:
    """In a list on one line more signs have a meaning than elsewhere."""
    return _scalar(value, quoted=isinstance(value, str) and not _PLAIN.fullmatch(value))


def _scalar(value: Any, *, quoted: bool = False) -> str:
    """One value on one line, in quotes where any YAML reader would take it for something else."""
    if isinstance(value, float):
        return repr(value)
    style = '"' if quoted or (isinstance(value, str) and _needs_quotes(value)) else None
    text: str = yaml.safe_dump(value, default_style=style, allow_unicode=True, width=float("inf"))
    return text.removesuffix("\n...\n").removesuffix("\n")


def _needs_quotes(text: str) -> bool:
    """Also of words that only newer YAML reads as numbers, such as 1e3."""
    return (
        not text or "\n" in text or (text[:1] in "+-.0123456789" and any(c.isdigit() for c in text))
    )


def _indented(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"  {line}" if line else line for line in lines)
