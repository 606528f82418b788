"""Microsoft's evaluator of Azure Policy (regorus) beside ours, on Microsoft's built-in definitions of all categories.

`make bench BUILT_INS=FOLDER ALIASES=FILES` builds bench/programs/regorus where cargo is, and asks both the same: pairs
of a definition and a resource made from its conditions, with one alias table. Pairs that come out otherwise are taken
apart by bench/policy_differences.py. REGORUS names a folder of regorus' sources that is built instead of its release.
"""

import json
import os
import random
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import measure, policy_differences
from bench.policy import CONTEXT
from bench.policy_pairs import Json
from bench.policy_questions import Pair, Questions, asked

from modelyard.operations.context import UserFolders
from modelyard.policy.evaluation.policy_index import Index
from modelyard.policy.language.resource import EvaluatedResource

PAIRS, ROUNDS, RUNS, EACH, SEED = 16_000, 5, 3, 3, 20261130
SAME, FASTER = 0.995, 2.5
PROGRAM = Path(__file__).parent / "programs" / "regorus"
NAME = "regorus-verdicts"


def rows(folder: Path) -> list[measure.Row]:
    """Two rows, of what is the same and of the time; one that says why where they can't be measured."""
    place, tables = os.environ.get("BUILT_INS"), os.environ.get("ALIASES", "").split()
    if not place or not tables:
        return [_unmeasured("BUILT_INS names no definitions, or ALIASES no tables")]
    program = built(UserFolders.of(os.environ).cache)
    if isinstance(program, str):
        return [_unmeasured(program)]
    questions, refused = asked(Path(place), [Path(each) for each in tables], PAIRS, random.Random(SEED))
    answers = questions.theirs(program, folder)
    return [
        _same(questions, len(refused), answers, lambda probes: probes.theirs(program, folder)),
        _faster(questions, program, folder),
    ]


def _unmeasured(why: str) -> measure.Row:
    return measure.Row("policy evaluations beside regorus", "not measured", f"≥ {SAME:.1%}", kept=None, detail=why)


def _same(questions: Questions, refused: int, answers: Json, ask: Callable[[Questions], Json]) -> measure.Row:
    found = policy_differences.kinds(questions, answers["verdicts"], ask)
    different, unexplained = found.total(), found.pop("", 0)
    told = 1 - unexplained / len(questions.pairs)
    kinds = [f"{count} {kind}" for kind, count in found.most_common()]
    return measure.Row(
        "policy evaluations as regorus', or explained",
        f"{told:.2%}",
        f"≥ {SAME:.1%}",
        told >= SAME,
        f"{len(questions.pairs):,} pairs of {len(questions.subjects):,} definitions ({refused} don't load), "
        f"{1 - different / len(questions.pairs):.2%} the same; {'; '.join([*kinds, f'{unexplained} unexplained'])}",
    )


def _faster(questions: Questions, program: Path, folder: Path) -> measure.Row:
    """Each resource is a document as ARM returns it: its preparation, or normalizing, is a part of the time."""
    rounds = [
        (
            statistics.median(questions.theirs(program, folder, RUNS)["seconds"]),
            statistics.median(_seconds(questions.ours) for _ in range(RUNS)),
        )
        for _ in range(ROUNDS)
    ]
    ratio = statistics.median(theirs / ours for theirs, ours in rounds)
    theirs, ours = (statistics.median(each) for each in zip(*rounds, strict=True))
    count, shared = len(questions.pairs), _of_each_type(questions, program, folder)
    return measure.Row(
        "policy evaluations against regorus",
        f"{ratio:.2f} ×",
        f"≥ {FASTER} ×",
        ratio >= FASTER,
        f"{count / ours:,.0f} raw documents a second against {count / theirs:,.0f}; {shared:.2f} × where a resource is "
        "prepared once for all definitions of its type",
    )


def _of_each_type(questions: Questions, program: Path, folder: Path) -> float:
    """How many times faster a few resources of each type are put to all the definitions that name it."""
    refused = questions.theirs(program, folder)["refused"]
    kept = [each for at, each in enumerate(questions.subjects) if str(at) not in refused and each.policy.types]
    number_of = {id(each.policy): at for at, each in enumerate(kept)}
    index = Index([each.policy for each in kept])
    of_type: dict[str, list[Json]] = {}
    for document in questions.resources:
        of_type.setdefault(document["type"].lower(), []).append(document)
    resources = [document for each in of_type.values() for document in each[:EACH]]
    pairs: list[Pair] = [
        (number_of[id(policy)], at, None)
        for at, document in enumerate(resources)
        for policy in index.policies_for(EvaluatedResource(document, CONTEXT))
    ]
    same = replace(questions, subjects=kept, resources=resources, related=[], pairs=pairs)
    theirs = statistics.median(same.theirs(program, folder, RUNS)["seconds"])

    def ours() -> None:
        for document in resources:
            for _ in index.effects(EvaluatedResource(document, CONTEXT)):
                pass

    return float(theirs / statistics.median(_seconds(ours) for _ in range(RUNS)))


def _seconds(action: Callable[[], object]) -> float:
    """The processor's time for one run."""
    start = time.process_time()
    action()
    return time.process_time() - start


def built(folder: Path) -> Path | str:
    """The other program, built once for its sources; or why there is none."""
    cargo = shutil.which("cargo")
    if cargo is None:
        return "no cargo on this machine"
    sources = os.environ.get("REGORUS")
    place = folder / "bench" / ("regorus" if not sources else "regorus-sources")
    shutil.copytree(PROGRAM, place, dirs_exist_ok=True)
    words = [cargo, "build", "--release", "--quiet", "--manifest-path", str(place / "Cargo.toml")]
    if sources:
        words += ["--config", f"patch.crates-io.regorus.path={json.dumps(str(Path(sources).absolute()))}"]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        return f"cargo can't build it: {done.stderr.strip().splitlines()[-1]}"
    return place / "target" / "release" / NAME


if __name__ == "__main__":
    import sys
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        found = rows(Path(scratch))
    print(measure.table(found))
    sys.exit(1 if any(row.kept is False for row in found) else 0)
