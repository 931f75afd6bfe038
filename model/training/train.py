"""One training from data to registered version, top to bottom.

What is computed is computed in an interpreter of its own, while this one imports MLflow and opens
the run; see `worker_process`.
"""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model import estimators, studies
from model.errors import PromotionRefused
from model.evaluation.measured import Eligibility, Measured
from model.registry import conventions
from model.studies.gaps import gaps
from model.studies.source import InMemory
from model.training.settings import REPEATS, Order
from model.training.worker_process import Beside, Here, Progress, interpreter

if TYPE_CHECKING:
    from model.training.publish import Champion

NO_CHAMPION = Eligibility("", True, ("There is no champion yet to compare with.",))


@dataclass(frozen=True)
class Trained:
    """A finished training: where it lies in MLflow and how well it does."""

    run_id: str
    model_id: str
    version: int
    metrics: dict[str, Measured]


def train(
    study_name: str = studies.DEFAULT,
    estimator: str = estimators.DEFAULT,
    *,
    repeats: int = REPEATS,
    alias: str | None = None,
    table_path: Path | InMemory | None = None,
    allow_unpinned: bool = False,
    studies_folder: Path | None = None,
    shared: bool = False,
    progress: Progress = lambda stage, done: None,
) -> Trained:
    """Fit, evaluate, prove, and log one version of a study's model.

    Parameters
    ----------
    study_name : of a study of ours, of one in `studies_folder`, or the path of a study's file.
    estimator : a name (`estimators.names`), or the path of a file ``FILE.py`` that builds one.
    repeats : of 10-fold cross-validation behind every metric.
    alias : pointed at the new version at the end. None: a study's first version becomes its
        champion, later ones get no alias.
    shared : whether somebody configured the server: a study with gaps gets no champion by itself.
    table_path, allow_unpinned : train on another table than the study's own; refused unless
        its hash is pinned or this is allowed.
    progress : called with a stage and the part of the whole that is done, 0 to 1.

    Raises
    ------
    StudyError, DataNotPinned, NotExportable, TrainingFailed, TrackingError, PromotionRefused
    """
    study = studies.find(study_name, studies_folder)
    order = Order(study, estimator, repeats, table_path, allow_unpinned)
    estimators.require(order.estimator)
    open_gaps = gaps(study) if shared else ()
    if open_gaps and alias == conventions.CHAMPION:
        # Training straight to champion must not go around what promoting to it demands.
        raise PromotionRefused(
            f"The study has {len(open_gaps)} gaps, and so it is not made champion by training. "
            "Leave out --alias, and promote the version with --with-gaps REASON."
        )
    with interpreter() as beside:
        # While the interpreter beside this one starts.
        from model.studies import cohort
        from model.training import provenance

        table = cohort.read(study, order.table, allow_unpinned=order.allow_unpinned)
        commit = provenance.git_commit()
        beside.submit(_compute, order, commit)
        tags = {
            conventions.STUDY: study.name,
            conventions.ESTIMATOR: order.label,
            conventions.DATA_SHA256: table.sha256,
            conventions.DATA_PINNED: str(table.pinned).lower(),
            conventions.GIT_COMMIT: commit,
            conventions.AUTHOR: _author(),
            conventions.REPEATS: str(order.repeats),
        }
        progress("Opening the run", 0.0)
        from model.training import publish  # seconds, for MLflow

        with publish.run(study.name, tags) as run_id:
            publish.log_parameters(order.settings)
            publish.log_cohort(table, table.training)
            champion = publish.champion(study.name)

            computed = beside.result(progress)

            progress("Logging the model", 0.9)
            verdict = _verdict(beside, order, champion, table.sha256, computed)
            tags[conventions.ELIGIBILITY] = json.dumps(asdict(verdict))
            model_id = publish.log_bundle(
                computed.manifest, computed.files, computed.schema, computed.example, tags
            )
            publish.log_parameters(computed.parameters)
            publish.log_texts(computed.texts)
            publish.log_metrics(computed.metrics, model_id)
            version = publish.register(study.name, run_id, model_id, computed.metrics, tags)
            published = publish.Published(run_id, model_id, version)
            progress("Finishing", 0.98)
    publish.complete(study.name, published)
    if alias is not None or not open_gaps:
        publish.point(study.name, alias, version, _author(), order.repeats)
    progress("Done", 1.0)
    return Trained(run_id, model_id, version, dict(computed.metrics))


def _compute(order: Order, commit: str, progress: Progress) -> Any:
    # Where scikit-learn is, which this module does without.
    from model.training.fit_and_evaluate import compute

    return compute(order, commit, progress)


def _judge(*arguments: Any) -> Any:
    # As above.
    from model.training.fit_and_evaluate import judge

    return judge(*arguments)


def _verdict(
    beside: Beside | Here,
    order: Order,
    champion: Champion | None,
    data_sha256: str,
    computed: Any,
) -> Eligibility:
    """The new version against the champion, on the same patients in the same folds."""
    if champion is None:
        return NO_CHAMPION
    against = f"v{champion.version} ({champion.estimator})"
    if champion.data_sha256 != data_sha256:
        return Eligibility.not_known(against, "it was trained on other data")
    if champion.estimator not in estimators.names():
        return Eligibility.not_known(against, "its estimator is not known here")
    beside.submit(_judge, order, champion.estimator, computed.risks, against)
    verdict: Eligibility = beside.result()
    return verdict


def _author() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"
