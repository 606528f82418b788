"""The server process: `python -m modelyard.sandbox --home FOLDER`. `process.start` is what people use."""

import argparse
import os
import sys
from pathlib import Path


def main() -> int:
    """Serve until SIGTERM or SIGINT; the exit status says how it went."""
    parser = argparse.ArgumentParser(prog="python -m modelyard.sandbox", description="The sandbox's server process.")
    parser.add_argument("--home", type=Path, required=True, help="the sandbox's folder")
    parser.add_argument("--port", type=int, help="listen on this port or not at all")
    parser.add_argument("--detach", action="store_true", help="leave the terminal and the parent process")
    parser.add_argument("--tell", type=int, help="file descriptor to say `ready` on, or why not")
    options = parser.parse_args()
    if options.detach and os.fork():
        # The parent of the server is gone from the start, so nobody has to wait for it. Nothing is loaded yet, which
        # makes the fork quick and safe.
        os._exit(0)
    from modelyard.sandbox.daemon import run

    return run(options.home, port=options.port, tell=options.tell)


if __name__ == "__main__":
    sys.exit(main())
