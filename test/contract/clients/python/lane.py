"""Puts clients for Python through all scenarios, one after another, and prints a JSON line for each client.

Takes the modules of the clients, separated by commas, the addresses of the gateway and of the sandbox for each upstream
as JSON, and then optionally words: only clients with one of them in the name run.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import traceback
import warnings
from importlib.metadata import version

from subject import Bench, Client, NotApplicable

CELL_SECONDS = 20.0


def main(modules: str, upstreams: str, *words: str) -> None:
    places = json.loads(upstreams)
    for module in modules.split(","):
        for client in importlib.import_module(module).CLIENTS:
            if words and not any(word in client.name for word in words):
                continue
            place = places[client.upstream]
            bench = Bench(place["gateway"], client.upstream, place["sandbox"])
            print(json.dumps(report_of(client, bench)), flush=True)


def report_of(client: Client, bench: Bench) -> dict[str, object]:
    return {
        "client": client.name,
        "version": version(client.package),
        "language": "Python",
        "base": client.base,
        "upstream": client.upstream,
        "cells": {name: outcome_of(cell, bench) for name, cell in client.scenarios.items()},
    }


def outcome_of(cell, bench: Bench) -> dict[str, str]:
    if isinstance(cell, NotApplicable):
        return {"outcome": "n/a", "reason": cell.reason}
    outcome = {"outcome": "fail", "error": f"not done after {CELL_SECONDS} s"}

    def run() -> None:
        try:
            bench.reset()
            cell(bench)
            result = {"outcome": "pass"}
        except BaseException:  # noqa: BLE001 - whatever it is, it is the outcome
            result = {"outcome": "fail", "error": "".join(traceback.format_exc().splitlines(keepends=True)[-25:])}
        outcome.clear()
        outcome.update(result)

    # A thread of its own: a call that never ends cannot be interrupted, but it can be left behind.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(CELL_SECONDS)
    return dict(outcome)


if __name__ == "__main__":
    # Deprecations that packages tell each other of are not ours.
    warnings.simplefilter("ignore")
    main(*sys.argv[1:])
    sys.stdout.flush()
    # Threads of a call that never ended, and of SDKs, are not waited for.
    os._exit(0)
