"""Every name the inputs of a study are known by, and how like one of them a header is."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from model.files.understanding import questions, vocabulary
from model.files.understanding.header_words import skeleton, words
from model.files.understanding.qualifiers import NUMBER, is_other_code, qualified
from model.files.understanding.slips import one_slip
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature, Schema

LONGER = 2
"""Letters more, or fewer, of a misspelt word; with more it is two words, as hdlcholesterol is."""
SHORT_NAME = 3
"""Letters; names this short are near too many others to be taken for misspelt."""
WORD_LIKENESS, NAME_LIKENESS = 0.8, 0.82
SURE_SCORE, LIKELY_SCORE, UNSURE_SCORE = 0.99, 0.72, 0.55
QUALIFIED_SCORE = 0.7
"""At most, of a header that says more than the input is known by."""


@dataclass(frozen=True)
class KnownNames:
    """Every name the inputs of a study are known by, made to be looked up."""

    skeletons: dict[str, str]
    phrases: tuple[tuple[str, tuple[str, ...]], ...]
    own: dict[str, tuple[frozenset[str], ...]]
    """Of each input the words and numbers of each of its names."""
    by_word: dict[str, tuple[int, ...]]
    by_trigram: dict[str, frozenset[str]]
    outcomes: frozenset[str]
    vocabulary: Vocabulary
    schema: Schema

    def exactly(self, name: str, feature: str) -> float:
        """How surely a header whose letters are those of a known name is that input."""
        of, own = self.schema[feature], self.own[feature]
        return QUALIFIED_SCORE if is_other_code(name, of, own, self.vocabulary) else SURE_SCORE

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
        slips: set[str] = set()  # inputs whose whole name this is but for one slip
        near = {word: self._near(word) for word in spelt}
        hits = {at for those in near.values() for each in those for at in self.by_word[each]}
        for at in hits:
            feature, phrase = self.phrases[at]
            found = sum(bool(near[word] & {*phrase}) for word in spelt)
            score = 2 * found / (len(spelt) + len(phrase))
            best[feature] = max(best.get(feature, 0.0), 0.98 * score)
        plain = skeleton(name)
        misspelt = len(spelt) < 2 or any(word not in self.by_word for word in spelt)
        for other in self._alike(plain) if misspelt else ():
            ratio = difflib.SequenceMatcher(None, plain, other).ratio()
            if ratio >= NAME_LIKENESS:
                feature = self.skeletons[other]
                best[feature] = max(best.get(feature, 0.0), 0.98 * ratio)
                same = _digits(plain) == _digits(other)  # else it is a second measurement
                if len(spelt) == 1 and same and one_slip(plain, other):
                    slips.add(feature)
        for feature, score in best.items():
            forbidden = self.vocabulary.of(feature).never & (written | {*spelt})
            asking = questions.is_asked(name, self.schema[feature], self.vocabulary)
            if score >= UNSURE_SCORE and not forbidden and not asking:
                wanted = self.schema[feature]
                said = {} if feature in slips else near
                more = qualified(name, said, wanted, self.own[feature], self.vocabulary)
                yield feature, min(score, QUALIFIED_SCORE) if more else score

    def _near(self, word: str) -> frozenset[str]:
        """Words of known names that this one is, or is a misspelling of."""
        if word in self.by_word:
            return frozenset((word,))
        if len(word) <= SHORT_NAME + 1:
            return frozenset()
        close = difflib.get_close_matches(word, self._long, 2, WORD_LIKENESS)
        return frozenset(
            other
            for other in close
            if abs(len(other) - len(word)) <= LONGER and _digits(other) == _digits(word)
        )

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


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _trigrams(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


@lru_cache(maxsize=8)
def of(schema: Schema) -> KnownNames:
    known = vocabulary.of(schema)
    skeletons: dict[str, str] = {}
    phrases: dict[tuple[str, tuple[str, ...]], None] = {}
    own: dict[str, list[frozenset[str]]] = defaultdict(list)
    for feature in schema.features:
        also = (*feature.also_called, *known.of(feature.name).names)
        for name in (feature.name, feature.label, *also):
            skeletons.setdefault(skeleton(name), feature.name)
            own[feature.name].append(frozenset((*words(name, known), *NUMBER.findall(name))))
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
    return KnownNames(
        skeletons,
        tuple(phrases),
        {name: tuple(said) for name, said in own.items()},
        {word: tuple(places) for word, places in by_word.items()},
        {part: frozenset(names) for part, names in by_trigram.items()},
        frozenset(_skeletons(known.outcomes)),
        known,
        schema,
    )


def _skeletons(names: Iterable[str]) -> Iterator[str]:
    return map(skeleton, names)
