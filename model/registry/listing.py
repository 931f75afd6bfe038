"""Everything on a server that is a model or could become one, a page at a time.

Registered versions come first, then logged models that nobody registered, then runs, of whatever
code. Only what a page shows is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from model.registry.described import OF_A_RUN, logged_from, run_from, version_from
from model.registry.list_query import Cursor, ListPage, ListQuery
from model.registry.runs import quoted
from model.registry.versions import Version, What

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

PAGE_ROWS = 50
MOST_AT_ONCE = 1000
MOST_QUESTIONS = 4  # about one page
NEWEST_VERSIONS = ["creation_timestamp DESC"]
NEWEST_LOGGED = [{"field_name": "creation_timestamp", "ascending": False}]


class Listing:
    """Asks one client; whoever asks guards the questions.

    versions : the registered versions of all models, if they are known already.
    """

    def __init__(self, client: MlflowClient, versions: tuple[Version, ...] | None = None) -> None:
        self._client = client
        self._known = versions

    def page(self, query: ListQuery, cursor: Cursor | None = None) -> ListPage:
        """A page of rows or more, or what is found with a few questions: where little fits, most
        answers hold nothing that does.
        """
        rows: list[Version] = []
        following: Cursor | None = cursor or Cursor(query.kinds[0])
        for _ in range(MOST_QUESTIONS):
            if following is None or len(rows) >= PAGE_ROWS:
                break
            found, following = self._part(query, following)
            rows += found
        return ListPage(tuple(self._completed(rows)), following)

    def names(self) -> tuple[str, ...]:
        """Names of the registered models, sorted."""
        return tuple(sorted(model.name for model in self._models()))

    def registered(self, name: str | None = None) -> tuple[Version, ...]:
        """The finished versions, of one registered model or of all, newest first."""
        entries = self._all(
            lambda token: self._client.search_model_versions(
                _named(name) if name is not None else None,
                max_results=MOST_AT_ONCE,
                page_token=token,
            )
        )
        entries = [entry for entry in entries if name is None or entry.name == name]
        return self._read(entries, name)

    def _read(self, entries: Sequence[Any], name: str | None) -> tuple[Version, ...]:
        """Versions with the aliases that point at them, newest first."""
        if not entries:
            return ()
        aliases = self._aliases(name)
        read = (version_from(e, aliases.get((e.name, int(e.version)), ())) for e in entries)
        return newest_first(version for version in read if version)

    def _aliases(self, name: str | None) -> dict[tuple[str, int], tuple[str, ...]]:
        # What a search for versions says of aliases is always empty.
        found: dict[tuple[str, int], tuple[str, ...]] = {}
        for model in self._models(name):
            for alias, number in sorted(model.aliases.items()):
                place = (model.name, int(number))
                found[place] = (*found.get(place, ()), alias)
        return found

    def _models(self, name: str | None = None) -> list[Any]:
        return self._all(
            lambda token: self._client.search_registered_models(
                _named(name) if name is not None else None,
                max_results=MOST_AT_ONCE,
                page_token=token,
            )
        )

    def _part(self, query: ListQuery, cursor: Cursor) -> tuple[list[Version], Cursor | None]:
        if cursor.kind is What.REGISTERED:
            rows, token = self._registered(query, cursor.token)
        elif cursor.kind is What.LOGGED:
            rows, token = self._logged(query, cursor.token)
        else:
            rows, token = self._runs(query, cursor.token)
        if token:
            return rows, Cursor(cursor.kind, token)
        later = query.kinds[query.kinds.index(cursor.kind) + 1 :]
        return rows, Cursor(later[0]) if later else None

    def _registered(self, query: ListQuery, token: str | None) -> tuple[list[Version], str | None]:
        """Versions: from the server a page at a time, unless some are to be picked out here."""
        if query.is_picky or self._known is not None:
            start, fitting = int(token or 0), [v for v in self._versions if query.holds(v)]
            end = start + PAGE_ROWS
            return fitting[start:end], str(end) if end < len(fitting) else None
        found = self._client.search_model_versions(
            max_results=PAGE_ROWS, order_by=NEWEST_VERSIONS, page_token=token
        )
        rows = self._read(found, None)
        if token is None and not found.token:
            self._known = rows  # these are all
        return list(rows), found.token or None

    def _logged(self, query: ListQuery, token: str | None) -> tuple[list[Version], str | None]:
        """Logged models that no version was made of."""
        experiments = self._experiments(query.study)
        if not experiments:
            return [], None
        found = self._client.search_logged_models(
            list(experiments), max_results=PAGE_ROWS, order_by=NEWEST_LOGGED, page_token=token
        )
        taken = {version.model_id for version in self._versions}
        models = (logged_from(model, experiments[model.experiment_id]) for model in found)
        rows = [model for model in models if model.model_id not in taken and query.holds(model)]
        return rows, found.token or None

    def _runs(self, query: ListQuery, token: str | None) -> tuple[list[Version], str | None]:
        """Runs; where other kinds are listed too, those whose model is not among them."""
        experiments = self._experiments(query.study)
        if not experiments:
            return [], None
        found = self._client.search_runs(
            list(experiments),
            query.filter,
            max_results=PAGE_ROWS,
            order_by=query.order,
            page_token=token,
        )
        runs = [run_from(run, experiments[run.info.experiment_id]) for run in found]
        if What.REGISTERED in query.kinds:
            taken = {version.run_id for version in self._versions}
            runs = [run for run in runs if run.run_id not in taken]
        if What.LOGGED in query.kinds:
            runs = [run for run in runs if not run.model_id]
        if not query.unfinished:
            runs = [run for run in runs if run.status not in OF_A_RUN.values() or not run.status]
        return runs, found.token or None

    def _completed(self, rows: list[Version]) -> Iterable[Version]:
        """The rows with what their runs say of them: metrics, parameters, author."""
        wanted = sorted({row.run_id for row in rows if row.run_id and row.what is not What.RUN})
        experiments = list(self._experiments()) if wanted else []
        runs: Mapping[str, Any] = {}
        if experiments:
            quoted = ", ".join(f"'{run_id}'" for run_id in wanted)
            found = self._client.search_runs(
                experiments, f"attributes.run_id IN ({quoted})", max_results=MOST_AT_ONCE
            )
            runs = {run.info.run_id: run_from(run, "") for run in found}
        for row in rows:
            run = runs.get(row.run_id)
            if run is None:
                yield row
                continue
            yield replace(
                row,
                name=" · ".join(filter(None, (run.name, row.name))) if row.name else "",
                metrics=row.metrics or run.metrics,
                parameters=row.parameters or run.parameters,
                experiment_id=run.experiment_id,
                author=row.author or run.author,
                estimator=row.estimator or run.estimator,
            )

    @cached_property
    def _versions(self) -> tuple[Version, ...]:
        return self.registered() if self._known is None else self._known

    def _experiments(self, name: str = "") -> dict[str, str]:
        """Names of the experiments by their ids: all, or those of one name."""
        every = self._every_experiment
        return {number: own for number, own in every.items() if name in ("", own)}

    @cached_property
    def _every_experiment(self) -> dict[str, str]:
        found = self._all(
            lambda token: self._client.search_experiments(
                max_results=MOST_AT_ONCE, page_token=token
            )
        )
        return {experiment.experiment_id: experiment.name for experiment in found}

    @staticmethod
    def _all(ask: Callable[[str | None], Any]) -> list[Any]:
        """Every entry of a question that is answered in pages."""
        found, token = [], None
        while True:
            page = ask(token)
            found += page
            token = page.token
            if not token:
                return found


def newest_first(versions: Iterable[Version]) -> tuple[Version, ...]:
    """In the order of every list of versions."""
    return tuple(sorted(versions, key=lambda v: (v.created, v.number), reverse=True))


def _named(name: str) -> str:
    """A filter for a name, with whatever signs in it; other names may be among the answers."""
    return f"name LIKE '{quoted(name)}'" if quoted(name) != name else f"name = '{name}'"
