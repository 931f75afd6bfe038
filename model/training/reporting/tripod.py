"""TRIPOD+AI: the 27 questions a report of a prediction model must answer, none left blank.

Collins et al., BMJ 2024;385:e078378 (checklist of 2024, CC BY 4.0). The questions are in our own
words; their numbers, order and parts are the statement's.
"""

from __future__ import annotations

from collections.abc import Mapping

from model.errors import StudyError
from model.training.reporting.finished_card import TripodItem

QUESTIONS: Mapping[int, tuple[str, str, str]] = {
    1: ("Title", "Title", "What is developed or evaluated, in whom, for which outcome?"),
    2: ("Abstract", "Abstract", "What was done and found, in short?"),
    3: (
        "Introduction",
        "Background",
        "Which clinical question, which care pathway and users, which earlier models, which known "
        "inequalities?",
    ),
    4: ("Introduction", "Objectives", "Is a model developed, evaluated, or both?"),
    5: ("Methods", "Data", "Where do the data come from, why these, and from when?"),
    6: (
        "Methods",
        "Participants",
        "Where were they seen, who was eligible, how were they treated?",
    ),
    7: ("Methods", "Data preparation", "How were the data cleaned and checked, alike for all?"),
    8: ("Methods", "Outcome", "What is predicted, for when, read by whom, and blinded to what?"),
    9: ("Methods", "Predictors", "Which were chosen and why, how defined, read by whom?"),
    10: ("Methods", "Sample size", "Was the study large enough?"),
    11: ("Methods", "Missing data", "How were missing values handled?"),
    12: (
        "Methods",
        "Analytical methods",
        "How were data used and predictors encoded, how was the model built, tuned and measured, "
        "how are differences between places handled and predictions calculated?",
    ),
    13: ("Methods", "Class imbalance", "Was an imbalance corrected for?"),
    14: ("Methods", "Fairness", "What was done about fairness?"),
    15: (
        "Methods",
        "Model output",
        "What does the model answer, and where do thresholds come from?",
    ),
    16: ("Methods", "Training versus evaluation", "How do the evaluation data differ?"),
    17: ("Methods", "Ethical approval", "Who approved the study, and who consented?"),
    18: (
        "Open science",
        "Open science",
        "Funding, interests, protocol, registration, data and code?",
    ),
    19: ("Involvement", "Patient and public involvement", "Were patients or the public involved?"),
    20: ("Results", "Participants", "How many with and without the outcome, and who were they?"),
    21: ("Results", "Model development", "How many patients and events in each analysis?"),
    22: ("Results", "Model specification", "What is the full model, and how can others use it?"),
    23: ("Results", "Model performance", "How well does it do, with intervals, and in whom?"),
    24: ("Results", "Model updating", "Was the model updated after evaluation?"),
    25: ("Discussion", "Interpretation", "What do the results mean?"),
    26: ("Discussion", "Limitations", "What limits them?"),
    27: (
        "Discussion",
        "Usability",
        "What happens with poor or absent inputs, what must a user know, what comes next?",
    ),
}


class UnansweredItem(StudyError):
    """A question of a reporting guideline has no answer: the study must declare it."""


def items(answers: Mapping[int, str]) -> tuple[TripodItem, ...]:
    """Every item with its answer, in order.

    Raises
    ------
    UnansweredItem
        If an answer is absent or blank; the message names every such item.
    """
    blank = [number for number in QUESTIONS if not answers.get(number, "").strip()]
    if blank:
        named = ", ".join(f"{number} ({QUESTIONS[number][1]})" for number in blank)
        raise UnansweredItem(
            f"TRIPOD+AI is not fully answered: {named}. Declare what is missing in the study's "
            "conduct; a model without these answers is not logged."
        )
    return tuple(
        TripodItem(number, section, topic, question, answers[number])
        for number, (section, topic, question) in QUESTIONS.items()
    )
