"""Which models of a store nobody adopted yet."""

from __future__ import annotations

from contextlib import closing

from model.registry import conventions
from model.registry.connection import Gateway
from model.registry.store_copy import ReadableStore

MOST = 1_000


def references(address: str) -> tuple[str, ...]:
    """Registered versions and logged models that are neither ours nor adopted, newest first; what
    is registered is named by its version.

    Raises
    ------
    TrackingError
    """
    from mlflow.entities import LoggedModelStatus
    from mlflow.tracking import MlflowClient

    store = ReadableStore(address)
    with closing(store), Gateway(address).asking():
        readable = store.readable()
        if readable is None:
            return ()
        client = MlflowClient(readable)
        versions = client.search_model_versions(max_results=MOST)
        experiments = [experiment.experiment_id for experiment in client.search_experiments()]
        logged = client.search_logged_models(experiments, max_results=MOST)
    adopted = {v.tags[conventions.ADOPTED_FROM] for v in versions if _is_adopted(v.tags)}
    theirs = [v for v in versions if conventions.STUDY not in v.tags]
    found = [f"models:/{version.name}/{version.version}" for version in theirs]
    registered = {str(version.source) for version in versions}
    found += [
        f"models:/{model.model_id}"
        for model in logged
        if model.status == LoggedModelStatus.READY
        and conventions.STUDY not in (model.tags or {})
        and f"models:/{model.model_id}" not in registered
    ]
    return tuple(reference for reference in found if reference not in adopted)


def _is_adopted(tags: dict[str, str]) -> bool:
    return conventions.ADOPTED_FROM in tags
