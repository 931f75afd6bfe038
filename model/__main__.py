"""``python -m model …``: the environment, the chosen command, and the exit code."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, MutableMapping, Sequence

from model.commands import adoption, files, receipts, study, training, versions
from model.commands.arguments import parser
from model.commands.exit_codes import FAILED
from model.errors import BedsideError
from model.registry import conventions

COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "train": training.train,
    "adopt": adoption.adopt,
    "new study": study.new,
    "check study": study.check,
    "schema study": study.schema,
    "check": files.check,
    "score": files.score,
    "promote": versions.promote,
    "serve": versions.serve,
    "verify": receipts.verify,
    "verify audit": versions.verify_audit,
    "repair audit": versions.repair_audit,
    "verify data": training.verify_data,
    "fetch data": training.fetch_data,
    "describe data": training.describe_data,
}


def main(arguments: Sequence[str], environ: MutableMapping[str, str]) -> int:
    """Run one command.

    Returns
    -------
    The exit code: 0 done, 1 an error that is told in a sentence, 2 arguments not understood, or a
    file of patients refused.
    """
    given = frozenset(environ)
    for name, value in conventions.CLIENT_SETTINGS.items():
        environ.setdefault(name, value)
    environ.setdefault("MLFLOW_TRACKING_URI", conventions.EMBEDDED_STORE)
    chosen = parser().parse_args(arguments)
    chosen.environ, chosen.given = environ, given
    try:
        return COMMANDS[chosen.command](chosen)
    except BedsideError as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("Stopped; nothing unfinished is offered.", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    # Libraries make millions of objects as they load, and nearly all stay to the end. To look
    # through them for what could go, as often as usual and once more at the end, is a tenth of the
    # time of a command that opens a version (`benchmarks/start_up.py`).
    gc.set_threshold(200_000, 20, 100)
    code = main(sys.argv[1:], os.environ)
    gc.freeze()
    sys.exit(code)
