"""Moves trees from the columns that a preprocessing makes back to the inputs it makes them from.

What the preprocessing does is found by asking it. A column that depends on one input alone asks, in
truth, that input: of a word, whether the column's value for it goes left; of a number, whether it
is at most the last number that goes left, found to the last bit by halving. The rounding of
scalers and of single precision is kept so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.adoption.transcription.asking import encoded
from model.adoption.transcription.changes import Changes, cuts
from model.adoption.transcription.dependence import ends, owners
from model.adoption.transcription.encoded_trees import EncodedTrees, TreeMember
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.numerics.arrays import Flags, Floats, Places
from model.numerics.trees import ALL_LEAVES, LEAF, TREE_LEAVES

BASE_ROWS = 4
WIDEST = float(np.finfo(np.float64).max)


@dataclass
class InputQuestions:
    """What asking nodes ask of inputs instead of columns, by node.

    feature : (m,) the input. number : (m,) the last number that goes left, or which of `sets` does.
    swapped : (m,) whether left and right change places, since the column falls as the input rises.
    always : (m,) 1 or 0 where every value and a blank goes left or right, else -1.
    """

    feature: Places
    number: Floats
    blank_left: Flags
    swapped: Flags
    always: Places


class Mover:
    """Moves trees into inputs; `sets` are those of codes that its trees ask for, of all members."""

    def __init__(self, known: KnownRows) -> None:
        self._known, self._columns = known, known.columns
        self._sets: dict[tuple[float, ...], int] = {}
        self.cuts: list[list[float]] = [[] for _ in range(len(known.columns))]
        self._base = known.hybrids(BASE_ROWS, seed=1, blanks=False)

    @property
    def sets(self) -> list[tuple[float, ...]]:
        """Those asked for so far; a node's number is the place of its set here."""
        return list(self._sets)

    def nodes(self, member: TreeMember, scale: float = 1.0) -> list[list[float]]:
        """The member's trees as `Trees` takes them, leaves times `scale`.

        Raises
        ------
        LeftAsItIs
            If a column that is asked depends on several inputs, or neither rises nor falls with
            its input.
        """
        trees = member.trees
        _refuse_odd(trees)
        asking = trees.asking
        kinds = np.column_stack(
            [
                trees.column[asking],
                trees.threshold[asking],
                trees.blank_left[asking],
                np.full(len(asking), -1) if trees.member_set is None else trees.member_set[asking],
                np.zeros(len(asking))
                if trees.zero_is_blank is None
                else trees.zero_is_blank[asking],
            ]
        )
        _, first, kind = np.unique(kinds, axis=0, return_index=True, return_inverse=True)
        asked = self._asked(member, asking[first])
        kind_of = np.full(len(trees.column), -1)
        kind_of[asking] = kind.ravel()
        nodes: list[list[float]] = []
        for root in trees.roots:
            nodes += _preorder(trees, asked, kind_of, int(root), scale)
        return nodes

    def _asked(self, member: TreeMember, nodes: Places) -> InputQuestions:
        """What some nodes ask of inputs."""
        count, trees = len(nodes), member.trees
        owner = owners(member.encode, self._known, self._base, np.unique(trees.column[nodes]))
        asked = InputQuestions(
            np.zeros(count, np.intp),
            np.zeros(count),
            np.zeros(count, np.bool_),
            np.zeros(count, np.bool_),
            np.full(count, -1, np.intp),
        )
        changes: list[Changes] = []
        for at in range(len(self._columns)):
            mine = np.flatnonzero([owner[int(column)] == at for column in trees.column[nodes]])
            if not len(mine):
                continue
            asked.feature[mine] = at
            asked.blank_left[mine] = self._decisions(member, nodes[mine], at, np.array([np.nan]))[0]
            if self._columns.is_coded(at):
                self._ask_codes(member, nodes, at, mine, asked)
            else:
                changes.append(self._ask_number(member, nodes, at, mine, asked))
        if changes:
            self._ask_cuts(member, nodes, Changes.joined(changes), asked)
        never = [owner[int(column)] < 0 for column in trees.column[nodes]]
        for at in np.flatnonzero(never).tolist():
            value = encoded(member.encode, self._columns, self._base[:1])[
                :, trees.column[nodes[at]]
            ]
            asked.always[at] = int(trees.goes_left(nodes[at : at + 1], value)[0])
        return asked

    def _decisions(self, member: TreeMember, nodes: Places, at: int, values: Floats) -> Flags:
        """(values, nodes) whether each value of an input goes left; of a blank that is not taken,
        nothing is asked.
        """
        if np.isnan(values).any() and not self._known.blanks[at]:
            return np.zeros((len(values), len(nodes)), dtype=np.bool_)
        rows = np.repeat(self._base[:1], len(values), axis=0)
        rows[:, at] = values
        answers = encoded(member.encode, self._columns, rows)
        return np.array(
            [member.trees.goes_left(nodes, row[member.trees.column[nodes]]) for row in answers]
        )

    def _ask_codes(
        self, member: TreeMember, nodes: Places, at: int, mine: Places, asked: InputQuestions
    ) -> None:
        codes = self._columns.codes(at)
        goes_left = self._decisions(member, nodes[mine], at, codes)
        for node, left in zip(mine, goes_left.T, strict=True):
            members = tuple(codes[left].tolist())
            asked.number[node] = self._sets.setdefault(members, len(self._sets))
            if not self._known.blanks[at]:
                asked.blank_left[node] = left[0]
            if (left == asked.blank_left[node]).all():
                asked.always[node] = int(left[0])

    def _ask_number(
        self, member: TreeMember, nodes: Places, at: int, mine: Places, asked: InputQuestions
    ) -> Changes:
        """Between the two ends of what is known, or far beyond, goes left gives way to right; of
        which of `nodes`, and between which two numbers that are known.
        """
        low, high = ends(member.encode, self._known, self._base[:1], at)
        grid = np.unique(np.concatenate([[low], self._known.values[at], [high]]))
        grid = grid[(grid >= low) & (grid <= high)]
        goes_left = self._decisions(member, nodes[mine], at, grid)
        changes = (goes_left[1:] != goes_left[:-1]).sum(axis=0)
        if (changes > 1).any():
            raise LeftAsItIs(
                f"what a step before the trees makes of {self._columns.names[at]} neither rises "
                "nor falls with it"
            )
        falling = ~goes_left[0] & (changes == 1)
        asked.swapped[mine] = falling
        if not self._known.blanks[at]:
            asked.blank_left[mine] = goes_left[0]
        asked.blank_left[mine] ^= falling
        constant = changes == 0
        asked.number[mine[constant]] = np.where(goes_left[0, constant], WIDEST, -WIDEST)
        same = constant & (goes_left[0] == asked.blank_left[mine])
        asked.always[mine[same]] = goes_left[0, same]
        changing = np.flatnonzero(~constant)
        before = (goes_left[1:] != goes_left[:-1])[:, changing].argmax(axis=0)
        return Changes(
            mine[changing],
            np.full(len(changing), at),
            grid[before],
            grid[before + 1],
            falling[changing],
        )

    def _ask_cuts(
        self, member: TreeMember, nodes: Places, changes: Changes, asked: InputQuestions
    ) -> None:
        of_nodes = replace(changes, node=nodes[changes.node])
        found = cuts(member, self._columns, self._base[:1], of_nodes)
        asked.number[changes.node] = found
        for at in np.unique(changes.at).tolist():
            self.cuts[at] += found[changes.at == at].tolist()


def _refuse_odd(trees: EncodedTrees) -> None:
    if not np.isfinite(trees.value[trees.column < 0]).all():
        raise LeftAsItIs("a leaf of its trees holds no finite number")
    asking = trees.asking
    by_number = asking if trees.member_set is None else asking[trees.member_set[asking] < 0]
    if np.isnan(trees.threshold[by_number]).any():
        raise LeftAsItIs("a threshold of its trees is no number")
    if (trees.column < 0).sum() > ALL_LEAVES:
        raise LeftAsItIs(f"its trees have more than {ALL_LEAVES:,} leaves")


def _preorder(
    trees: EncodedTrees, asked: InputQuestions, kind_of: Places, root: int, scale: float
) -> list[list[float]]:
    """One tree's nodes, each followed by its left branch and then its right one."""
    nodes: list[list[float]] = []
    seen, left_to_do = 0, [root]
    while left_to_do:
        node = left_to_do.pop()
        seen += 1
        if seen > 4 * TREE_LEAVES:
            raise LeftAsItIs(f"one of its trees has more than {TREE_LEAVES:,} leaves, or a circle")
        kind = kind_of[node]
        if kind < 0:
            nodes.append([LEAF, float(trees.value[node]) * scale, 0, 0])
            continue
        first, second = int(trees.left[node]), int(trees.right[node])
        if asked.always[kind] >= 0:
            left_to_do.append(first if asked.always[kind] else second)
            continue
        if asked.swapped[kind]:
            first, second = second, first
        nodes.append(
            [int(asked.feature[kind]), float(asked.number[kind]), int(asked.blank_left[kind]), 0]
        )
        left_to_do += [second, first]
    return nodes
