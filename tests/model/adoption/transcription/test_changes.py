"""Where nodes change their answers is found to the last bit, with few questions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.adoption.original import Input, Kind
from model.adoption.transcription.changes import Changes, cuts
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.encoded_trees import EncodedTrees, TreeMember

INPUTS = tuple(Input(f"x{at}", Kind.NUMBER) for at in range(20))
MOST_QUESTIONS = 80
"""64 halve all doubles there are; near a guess it takes fewer. One input alone takes as many."""


class Scaled:
    """Steps that count how often they are asked; the middle of every number is its own place."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, frame: pd.DataFrame) -> np.ndarray:
        self.asked += 1
        return (frame.to_numpy() - np.arange(20)) / 3


def one_node_an_input(threshold: np.ndarray) -> EncodedTrees:
    """20 nodes, of which each asks a column of its own; nobody goes on to their branches."""
    nodes = np.arange(20)
    nowhere = np.zeros(20, dtype=np.intp)
    missing = np.zeros(20, dtype=np.bool_)
    return EncodedTrees(nodes, threshold, nowhere, nowhere, missing, np.zeros(20), nodes)


def test_nodes_of_all_inputs_share_their_questions() -> None:
    threshold = np.linspace(-1, 1, 20)
    steps = Scaled()
    member = TreeMember(one_node_an_input(threshold), steps)
    nodes = np.arange(20)
    low, high = np.full(20, -100.0), np.full(20, 100.0)
    changes = Changes(nodes, nodes, low, high, np.zeros(20, dtype=np.bool_))

    found = cuts(member, Columns(INPUTS), np.zeros((1, 20)), changes)

    goes_left = (found - np.arange(20)) / 3 <= threshold
    above = np.nextafter(found, np.inf)
    assert goes_left.all()
    assert not ((above - np.arange(20)) / 3 <= threshold).any()
    assert steps.asked <= MOST_QUESTIONS


def test_where_nothing_changes_nothing_is_asked() -> None:
    steps = Scaled()
    member = TreeMember(one_node_an_input(np.zeros(20)), steps)
    none = np.zeros(0, dtype=np.intp)
    nothing = Changes(none, none, np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.bool_))
    assert cuts(member, Columns(INPUTS), np.zeros((1, 20)), nothing).shape == (0,)
    assert steps.asked == 0
