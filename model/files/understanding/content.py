"""What stands in a column of a file, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from model.intake import cells
from model.schema import Feature


@dataclass(frozen=True)
class Content:
    """What stands in a column: how often each number, and each text that is none."""

    texts: tuple[str, ...]
    numbers: Mapping[float, int]
    words: Mapping[str, int]
    blank: int

    @classmethod
    def of(cls, texts: Sequence[str], feature: Feature) -> Content:
        """The content of a column, read as this input's words and numbers."""
        counts = Counter(map(str.strip, texts))
        distinct = [*counts]
        read = cells.read(pa.array(distinct, pa.string()), feature)
        numbers, others, blank = Counter[float](), Counter[str](), 0
        for text, value, how in zip(distinct, read.values, read.how, strict=True):
            if how in (cells.How.UNREADABLE, cells.How.WORDS):
                others[text] += counts[text]
            elif np.isnan(value):
                blank += counts[text]
            else:
                numbers[float(value)] += counts[text]
        return cls(tuple(texts), numbers, others, blank)

    @property
    def filled(self) -> int:
        return len(self.texts) - self.blank

    def with_words(self, blanks: Mapping[str, int]) -> Content:
        """The same, with some texts among its words that were taken for blanks."""
        left = self.blank - sum(blanks.values())
        return replace(self, words={**self.words, **blanks}, blank=left)
