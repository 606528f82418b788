"""Moves the day of every Python process that has this folder on PYTHONPATH, by MODELYARD_TEST_DAYS_LATER days.

Python imports a module of this name when it starts, so commands, the sandbox's server, the provider and the program
that the engine runs all see the same later day. Time goes on as usual from there. What isn't Python keeps the real day:
the engine itself, Node, OpenSSL's look at a certificate, and the core of gRPC, so that gRPC's own modules, which hand
absolute times to that core, must keep it too.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace


class RealTimeForGrpc(importlib.abc.MetaPathFinder):
    """Gives each module of gRPC that uses `time` the one that tells the real time."""

    def find_spec(self, name, path=None, target=None):
        if not name.startswith("grpc."):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if hasattr(module, "time"):
                vars(module)["time"] = SimpleNamespace(**vars(time) | {"time": time_machine.escape_hatch.time.time})

        vars(spec.loader)["exec_module"] = exec_module
        return spec


if days := os.environ.get("MODELYARD_TEST_DAYS_LATER"):
    import time_machine

    sys.meta_path.insert(0, RealTimeForGrpc())
    time_machine.travel(datetime.now(UTC) + timedelta(days=int(days)), tick=True).start()
