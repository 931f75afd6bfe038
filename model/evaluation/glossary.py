"""The words of a page or report that a reader may not know, each in a few words."""

from __future__ import annotations

from model.evaluation.wording import MEANINGS, METRICS

TERMS = {
    "Risk": "the model's probability of the outcome in patients with these values, 0 to 100 %",
    "95 % interval of a risk": (
        "where the mean risk of such patients lies, as far as the number of training patients tells"
    ),
    "95 % interval of a metric": "what other patients to be judged on would change",
    "Decision threshold": "the risk from which you would act; the model does not choose it",
    "Log-odds": "the scale on which contributions add up: the logarithm of risk / (1 - risk)",
    "Contribution": (
        "how far a value moves the log-odds away from the average patient's (a Shapley value)"
    ),
    "Against expectation": (
        "an effect that runs against what clinicians expect, often because of whom the study saw"
    ),
    "Submodel": "a model fitted without certain tests, which answers for patients without them",
    "Unusual combination": (
        "values further from the average training patient than those of 99 in 100"
    ),
    "Calibration": "whether of 100 patients told 30 %, about 30 have the outcome",
    "Discrimination": "whether patients with the outcome get higher risks than those without",
    "Net benefit": (
        "true positives a patient, less false ones at the exchange rate the threshold states"
    ),
    "Local prevalence": (
        "how common the outcome is where you work; it shifts every risk by one amount"
    ),
    "Cross-validation": "each patient is judged by a model that has not seen the patient",
    "Bootstrap": "samples of the patients, drawn with replacement, that stand for other studies",
    "Golden patients": (
        "made-up patients logged with their answers; a version that answers otherwise is refused"
    ),
    "Champion": "the version a study's page opens with; its promotion has a reason on record",
    "Margin": "what a version may lose against the champion and still be no worse",
}


def glossary() -> dict[str, str]:
    """Every term with its meaning: those of the pages, then the metrics."""
    return TERMS | {METRICS[name]: meaning for name, meaning in MEANINGS.items()}
