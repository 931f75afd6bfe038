"""Which column of a file seems to be which input, judged by its header alone.

A header is compared with all the names an input is known by: letter by letter without spaces and
accents; then word by word, abbreviations written out and units left out; then by likeness, for
what is misspelt. Each comparison looks things up, so a header of 20,000 columns costs no wait;
likeness, which costs more, is looked for in a bounded number of columns.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from model.files.understanding import questions, vocabulary
from model.files.understanding.header_words import ALIKE, spread, words
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature, Schema

COMPARED_COLUMNS = 500
"""Columns in which misspelt names are looked for; of the others only known names are told."""
SHORT_NAME = 3
"""Letters; names this short are near too many others to be taken for misspelt."""
WORD_LIKENESS, NAME_LIKENESS = 0.8, 0.82
SURE_SCORE, LIKELY_SCORE, UNSURE_SCORE = 0.99, 0.72, 0.55


class Confidence(IntEnum):
    """How sure a proposal is. What is unsure is only done if somebody says so."""

    UNSURE = 1
    LIKELY = 2
    SURE = 3
    CHOSEN = 4  # by the file's owner


@dataclass(frozen=True)
class NameMatch:
    """A column, from 0, and the input its header seems to mean."""

    at: int
    feature: str
    score: float

    @property
    def confidence(self) -> Confidence:
        if self.score >= SURE_SCORE:
            return Confidence.SURE
        return Confidence.LIKELY if self.score >= LIKELY_SCORE else Confidence.UNSURE


def plain_name(written: str) -> str:
    """A header without the spaces around it and without capitals."""
    return written.replace("\ufeff", "").strip().casefold()


def skeleton(name: str) -> str:
    """What a name looks like: letters and digits, without accents, of one alphabet."""
    bare = spread(name).casefold().translate(ALIKE)
    return "".join(letter for letter in bare if letter.isalnum())


@dataclass(frozen=True)
class Matches:
    """Columns with the input each seems to be; `rivals` seem to be an input found elsewhere."""

    found: tuple[NameMatch, ...]
    rivals: tuple[NameMatch, ...] = ()


def match(names: Sequence[str], schema: Schema) -> Matches:
    """The likeliest input of each column, each input once, in the order of the columns.

    An exact name of the study's goes before everything else. A column is no candidate if it is
    known to hold what became of the patients.
    """
    known = _index(schema)
    exact = {name: at for at, name in reversed([*enumerate(map(plain_name, names))])}
    settled = [NameMatch(exact[n], n, 1.0) for n in schema.names if n in exact]
    taken = {match.at for match in settled}
    done = {match.feature for match in settled}
    rivals = []
    for match in sorted(
        _candidates(names, known, taken), key=lambda match: (-match.score, match.at)
    ):
        if match.at in taken:
            continue
        if match.feature not in done:
            settled.append(match)
            taken.add(match.at)
            done.add(match.feature)
        elif match.confidence >= Confidence.LIKELY:
            rivals.append(match)
    named = tuple(match for match in rivals if match.at not in taken)
    return Matches(tuple(sorted(settled, key=lambda match: match.at)), named)


def known(names: Sequence[str], schema: Schema) -> int:
    """How many of these headers are a name that an input is known by, letter by letter."""
    index = _index(schema)
    return sum(skeleton(name) in index.skeletons for name in names)


def feature_named(name: str, schema: Schema) -> str | None:
    """The input that is known by a name, letter by letter."""
    return _index(schema).skeletons.get(skeleton(name))


def _candidates(names: Sequence[str], known: _Index, taken: set[int]) -> Iterator[NameMatch]:
    budget = COMPARED_COLUMNS
    for at, name in enumerate(names):
        plain = "" if at in taken else skeleton(name)
        if not plain or plain in known.outcomes:
            continue
        if plain in known.skeletons:
            yield NameMatch(at, known.skeletons[plain], SURE_SCORE)
        elif budget:
            budget -= 1
            for feature in known.schema.features:
                if questions.is_asked(name, feature, known.vocabulary):
                    yield NameMatch(at, feature.name, known.asked(name, feature))
            yield from (NameMatch(at, alike, score) for alike, score in known.compared(name))


@dataclass(frozen=True)
class _Index:
    """Every name the inputs of a study are known by, made to be looked up."""

    skeletons: dict[str, str]
    phrases: tuple[tuple[str, tuple[str, ...]], ...]
    by_word: dict[str, tuple[int, ...]]
    by_trigram: dict[str, frozenset[str]]
    outcomes: frozenset[str]
    vocabulary: Vocabulary
    schema: Schema

    def asked(self, name: str, feature: Feature) -> float:
        """How surely a header that asks for one answer is this input: sure if it is clear which."""
        rest = {
            word
            for word in words(name, self.vocabulary)
            if not questions.is_answer(word, feature, self.vocabulary)
        }
        own = {word for of, phrase in self.phrases if of == feature.name for word in phrase}
        clear = questions.numbers_asked(name, feature, self.vocabulary)
        return SURE_SCORE if clear and rest <= own else UNSURE_SCORE

    def compared(self, name: str) -> Iterator[tuple[str, float]]:
        """Inputs whose names are like this one, each with its best score."""
        written = frozenset(words(name, self.vocabulary, expand=False))
        spelt = tuple(words(name, self.vocabulary))
        best: dict[str, float] = {}
        near = {word: self._near(word) for word in spelt}
        hits = {at for those in near.values() for word in those for at in self.by_word[word]}
        for at in hits:
            feature, phrase = self.phrases[at]
            found = sum(bool(near[word] & {*phrase}) for word in spelt)
            score = 2 * found / (len(spelt) + len(phrase))
            best[feature] = max(best.get(feature, 0.0), 0.98 * score)
        plain = skeleton(name)
        for other in self._alike(plain):
            ratio = difflib.SequenceMatcher(None, plain, other).ratio()
            if ratio >= NAME_LIKENESS:
                feature = self.skeletons[other]
                best[feature] = max(best.get(feature, 0.0), 0.98 * ratio)
        for feature, score in best.items():
            forbidden = self.vocabulary.of(feature).never & (written | {*spelt})
            asking = questions.is_asked(name, self.schema[feature], self.vocabulary)
            if score >= UNSURE_SCORE and not forbidden and not asking:
                yield feature, score

    def _near(self, word: str) -> frozenset[str]:
        """Words of known names that this one is, or is a misspelling of."""
        if word in self.by_word:
            return frozenset((word,))
        if len(word) <= SHORT_NAME + 1:
            return frozenset()
        return frozenset(difflib.get_close_matches(word, self._long, 2, WORD_LIKENESS))

    @property
    def _long(self) -> list[str]:
        return [word for word in self.by_word if len(word) > SHORT_NAME]

    def _alike(self, plain: str) -> list[str]:
        """Known names that share most of their letters in threes."""
        if not SHORT_NAME < len(plain) <= 60:
            return []
        shared = Counter(
            other for part in _trigrams(plain) for other in self.by_trigram.get(part, ())
        )
        # Those of about its length first; and never in the order of a set, which is another one
        # each time the program is started.
        ranked = sorted(
            shared.items(), key=lambda each: (-each[1], abs(len(each[0]) - len(plain)), each[0])
        )
        return [
            other
            for other, count in ranked[:5]
            if len(other) > SHORT_NAME and 2 * count >= min(len(plain), len(other)) - 2
        ]


def _trigrams(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


@lru_cache(maxsize=8)
def _index(schema: Schema) -> _Index:
    known = vocabulary.of(schema)
    skeletons: dict[str, str] = {}
    phrases: dict[tuple[str, tuple[str, ...]], None] = {}
    for feature in schema.features:
        also = (*feature.also_called, *known.of(feature.name).names)
        for name in (feature.name, feature.label, *also):
            skeletons.setdefault(skeleton(name), feature.name)
            if said := tuple(words(name, known)):
                phrases[feature.name, said] = None
    by_word: dict[str, list[int]] = defaultdict(list)
    for at, (_, said) in enumerate(phrases):
        for word in said:
            by_word[word].append(at)
    by_trigram: dict[str, set[str]] = defaultdict(set)
    for name in skeletons:
        for part in _trigrams(name):
            by_trigram[part].add(name)
    return _Index(
        skeletons,
        tuple(phrases),
        {word: tuple(places) for word, places in by_word.items()},
        {part: frozenset(names) for part, names in by_trigram.items()},
        frozenset(_skeletons(known.outcomes)),
        known,
        schema,
    )


def _skeletons(names: Iterable[str]) -> Iterator[str]:
    return map(skeleton, names)
