"""Reads a fitted model off as trees over the original's inputs, where it is some."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.adoption.transcription.encoded_trees import TreeMember
from model.adoption.transcription.in_inputs import Mover
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.libraries.fitted import members as members_of
from model.numerics.arrays import Floats
from model.numerics.trees import Trees
from model.scoring.outputs import Affine, Logistic
from model.scoring.tree_ensemble import Member, TreeEnsemble


def read(
    fitted: Any, known: KnownRows, background: Floats, origin: str
) -> tuple[TreeEnsemble, KnownRows]:
    """The trees of a fitted model, and the known rows with what lies beside their thresholds.

    Parameters
    ----------
    fitted : a classifier, or a pipeline that ends in one.
    background : (m, inputs) patients for its contributions. origin : where they come from.

    Raises
    ------
    LeftAsItIs
        If it is no trees, or a step before them mixes inputs.
    """
    members = [*members_of(fitted, as_given)]
    mover, nodes, read_off = Mover(known), [], []
    for member in members:
        of_member = mover.nodes(member, member.scale)
        nodes += of_member
        trees = len(member.trees.roots)
        read_off.append(Member(trees, member.intercept, member.weight, member.outputs))
    columns = known.columns
    try:
        trees_ = Trees(np.array(nodes, dtype=np.float64), len(columns), columns.coded, mover.sets)
    except ValueError as error:
        raise LeftAsItIs(f"its trees are too large: {error}") from error
    engine = TreeEnsemble(columns.names, trees_, tuple(read_off), background, origin)
    beside = [
        np.concatenate([cuts, np.nextafter(cuts, np.inf)]) for cuts in map(np.unique, mover.cuts)
    ]
    return engine, known.with_values(beside)


def as_given(frame: pd.DataFrame) -> Any:
    """The rows as they are: the first step of every preprocessing."""
    return frame


def of_the_other_class(member: TreeMember) -> TreeMember:
    """The member whose outcome is the first class."""
    if member.outputs == (Logistic(),):
        return replace(member, intercept=-member.intercept, scale=-member.scale)
    return member.then(Affine(-1.0, 1.0))
