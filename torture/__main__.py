"""`make torture`: mutated inputs, and kills. `python -m torture arm inference --count 5000 --seed 7` narrows it.

What it prints of an input can be written into a table of cases as it is; the same seed and number make it again.
"""

import argparse
import random
import sys
from contextlib import suppress
from functools import partial
from typing import Any

from torture.guard import Trouble, shown, tried
from torture.mutation import garbled, mutated, smaller
from torture.targets import TARGETS, Act, Target

COUNT = 100_000


def made(target: Target, examples: list[Any], seed: int, number: int) -> Any:
    """The input of this number: the seed, the target and the number decide it, and nothing else does."""
    generator = random.Random(f"{seed}/{target.name}/{number}")
    given = mutated(examples, generator)
    if generator.random() < 0.15 and isinstance(given, dict):
        with suppress(RecursionError):  # what is too deep to be written stays a document
            given = target.put(given, garbled(target.text(given), generator))
    return given


def troubles(
    target: Target, count: int, seed: int, first: int = 0, *, bounds: bool = True
) -> dict[str, tuple[int, Trouble, Any]]:
    """The first input of each trouble there was, as small as it came to be, by the trouble's kind.

    `bounds` False passes over time and memory, which a busy machine has its part in.
    """
    found: dict[str, tuple[int, Trouble, Any]] = {}
    examples = target.examples()
    with target.opened() as act:
        for number in range(first, first + count):
            trouble = tried(act, made(target, examples, seed, number), bounds=bounds)
            if trouble is None or trouble.kind in found:
                continue
            given = made(target, examples, seed, number)
            if not isinstance(given, str):
                given = smaller(given, partial(_again, act, trouble.kind, bounds))
            found[trouble.kind] = number, trouble, given
            sys.stderr.write(f"{target.name} {number}: {trouble.kind}: {trouble.told}\n  {shown(given)}\n")
            sys.stderr.flush()
    return found


def _again(act: Act, kind: str, bounds: bool, given: Any) -> bool:
    trouble = tried(act, given, bounds=bounds)
    return trouble is not None and trouble.kind == kind


def main() -> int:
    """Try what the command line names; 1 where anything did what it must not."""
    parser = argparse.ArgumentParser(prog="python -m torture", description=__doc__)
    names = [target.name for target in TARGETS]
    parser.add_argument("targets", nargs="*", metavar="target", help=", ".join([*names, "kills"]))
    parser.add_argument("--count", type=int, default=COUNT, help="inputs for each target")
    parser.add_argument("--seed", type=int, default=0, help="decides every input")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--kills", type=int, default=200, help="kills of engine, provider, language host and sandbox")
    options = parser.parse_args()
    wanted = options.targets or [*names, "kills"]
    if unknown := set(wanted) - {*names, "kills"}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    bad = 0
    for target in TARGETS:
        if target.name in wanted:
            found = troubles(target, options.count, options.seed, options.first)
            print(f"{target.name:10} {options.count:8} inputs, seed {options.seed}: {len(found)} troubles", flush=True)
            bad += len(found)
    if "kills" in wanted:
        from torture.kills import survive

        lost = survive(options.kills, options.seed)
        print(f"{'kills':10} {options.kills:8} kills,  seed {options.seed}: {lost} not survived", flush=True)
        bad += lost
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
