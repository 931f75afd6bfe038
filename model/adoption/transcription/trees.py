"""Reads a fitted model off as trees over the original's inputs, where it is some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from model.adoption.original import Original
from model.adoption.transcription.encoded_trees import TreeMember
from model.adoption.transcription.in_inputs import Mover
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.libraries.fitted import members as members_of
from model.numerics.arrays import Floats
from model.numerics.trees import Trees
from model.scoring.outputs import Affine, Logistic
from model.scoring.tree_ensemble import Member, TreeEnsemble

DIRECTION_ROWS = 200


@dataclass(frozen=True, eq=False)
class ReadTrees:
    """engine : the trees. known : the known rows with what lies beside their thresholds. single :
    whether the library answers in single precision.
    """

    engine: TreeEnsemble
    known: KnownRows
    single: bool


def read(original: Original, known: KnownRows, background: Floats, origin: str) -> ReadTrees:
    """The trees of an original's fitted object.

    Parameters
    ----------
    background : (m, inputs) patients for its contributions. origin : where they come from.

    Raises
    ------
    LeftAsItIs
        If it is no trees, or a step before them mixes inputs.
    """
    members = [*members_of(original.fitted, as_given)]
    mover = Mover(known)
    engine = _engine(members, mover, known, background, origin)
    asked = known.hybrids(DIRECTION_ROWS, seed=7)
    risk = original.ask(known.columns.frame(asked))
    ours = engine.risk(asked)
    if np.abs(1 - ours - risk).max() < np.abs(ours - risk).max():
        # The risk asked for is that of the first class: the same trees, the other way round.
        members = [of_the_other_class(member) for member in members]
        engine = _engine(members, mover, known, background, origin)
    beside = [
        np.concatenate([cuts, np.nextafter(cuts, np.inf)]) for cuts in map(np.unique, mover.cuts)
    ]
    single = any(member.single for member in members)
    return ReadTrees(engine, known.with_values(beside), single)


def _engine(
    members: Sequence[TreeMember], mover: Mover, known: KnownRows, background: Floats, origin: str
) -> TreeEnsemble:
    nodes: list[list[float]] = []
    read_off = []
    for member in members:
        nodes += mover.nodes(member, member.scale)
        count = len(member.trees.roots)
        read_off.append(Member(count, member.intercept, member.weight, member.outputs))
    columns = known.columns
    try:
        trees = Trees(np.array(nodes, dtype=np.float64), len(columns), columns.coded, mover.sets)
    except ValueError as error:
        raise LeftAsItIs(f"its trees are too large ({error})") from error
    return TreeEnsemble(columns.names, trees, tuple(read_off), background, origin)


def as_given(frame: pd.DataFrame) -> Any:
    """The rows as they are: the first step of every preprocessing."""
    return frame


def of_the_other_class(member: TreeMember) -> TreeMember:
    """The member whose outcome is the first class."""
    if member.outputs == (Logistic(),):
        return replace(member, intercept=-member.intercept, scale=-member.scale)
    return member.then(Affine(-1.0, 1.0))
