"""Chat completions over TLS, token, limits, content filter and blocklist in force, against a bare Starlette application
on the same server.

Both are served by the sandbox's own server, in a process of its own, and loaded by the same client from this one.
"""

import json
import ssl
import statistics
import subprocess
import sys
from pathlib import Path

from bench import measure
from bench.load import Load, requests_per_second

RUNS = 5
SECONDS = 3.0
AT_LEAST = 0.35


def rows(folder: Path) -> list[measure.Row]:
    """One row: the ratio of median replies a second."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.chat_server", str(folder / "chat")],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = json.loads(server.stdout.readline())
        tls = ssl.create_default_context(cafile=said["ca"])
        chat = Load(said["host"], said["port"], said["request"].encode(), tls, through_proxy=True)
        bare = Load(said["host"], said["barePort"], said["bareRequest"].encode(), tls, through_proxy=False)
        requests_per_second(chat, 1.0)
        requests_per_second(bare, 1.0)
        pairs = [(requests_per_second(chat, SECONDS), requests_per_second(bare, SECONDS)) for _ in range(RUNS)]
    finally:
        server.communicate("stop\n", timeout=20)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    value = ours / theirs
    detail = f"{ours:,.0f}/s against {theirs:,.0f}/s"
    return [
        measure.Row("chat completions", f"{value:.2f} ×", f"≥ {AT_LEAST} × bare Starlette", value >= AT_LEAST, detail)
    ]
