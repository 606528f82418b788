"""The server of `bench.smoke`: a sandbox with a stack of many deployments, in a process of its own."""

import json
import sys
from pathlib import Path

from bench import account

from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.server import serve

LIMITS = {"requests": 300, "tokens": 50_000}


def main(home: Path, names: list[str]) -> None:
    """Serve until a line comes on standard input; tell on standard output what a client needs."""
    azure = LocalAzure.open()
    with serve(azure, home) as running:
        running.do(lambda: account.put(azure, names, **LIMITS))
        said = {"environment": running.environment, "control": running.home.secrets().control, "proxy": running.proxy}
        print(json.dumps(said), flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
