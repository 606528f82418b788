"""A newcomer finds things by their names: nouns, one home for each class, and no two names that are nearly one.

The rules are in docs/STYLE.md.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import modelyard
from modelyard.arm import kinds as kinds_table
from modelyard.arm.resource_types import ResourceType

SOURCE = Path(modelyard.__file__).parent
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "__pycache__" not in path.parts)
FOLDERS = sorted({path.parent for path in MODULES})

# Participles that English also has as nouns of this field.
NOUNS = {
    "autonaming",
    "embedding",
    "finding",
    "listing",
    "remediation",
    "routing",
    "serving",
    "spelling",
    "string",
    "testing",
    "throttling",
}

EVERYDAY = {
    *("known", "seen", "told", "kept", "asked", "said", "made", "found", "named", "written", "served", "meant", "gone"),
    *("looking", "trying", "going", "somebody", "nobody", "where", "outside", "closest", "places", "things", "words"),
    *(
        "helper",
        "helpers",
        "util",
        "utils",
        "misc",
        "common",
        "stuff",
        "home",
        "trouble",
        "turn",
        "work",
        "leaf",
        "sheet",
    ),
}


def stem(path: Path) -> str:
    return path.parent.name if path.name == "__init__.py" else path.stem


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_is_a_noun(path: Path) -> None:
    last = stem(path).rpartition("_")[2]
    assert stem(path) not in EVERYDAY, "an everyday word doesn't say what is inside"
    participle = last.endswith("ing") or (last.endswith("ed") and last not in {"feed", "seed", "need"})
    assert not participle or last in NOUNS, "a participle is no name of a thing"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(SOURCE)))
def test_two_modules_of_a_folder_do_not_differ_by_an_ending(folder: Path) -> None:
    names = sorted(path.stem for path in folder.glob("*.py"))
    endings = ("s", "ed", "ing", "er", "ned", "d")
    twins = [(one, one + ending) for one in names for ending in endings if one + ending in names]
    assert twins == []


def kinds() -> set[str]:
    """Class names that a kind of resource may have in every folder: `ContentFilter` of `content_filter`."""
    stems = {name.lower() for name, row in vars(kinds_table).items() if isinstance(row, ResourceType)}
    return {"".join(part.capitalize() for part in each.split("_")) for each in (*stems, "stack")}


def test_a_public_class_has_one_home() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(path.relative_to(SOURCE)))
    mirrored = kinds()
    assert {name: where for name, where in homes.items() if len(where) > 1 and name not in mirrored} == {}


OF_POLICIES = ("policy", "audit", "report", "operations", "epac")
SYNONYMS = re.compile(r"\b(?:verdict|ruling|judge|judgement|judged)s?\b", re.IGNORECASE)


def test_what_a_policy_says_has_azures_name_alone() -> None:
    """A policy state, and the finding that a report makes of it; a third word for them would have to be learnt."""
    told = {
        f"{path.relative_to(SOURCE)}: {found[0]}"
        for path in MODULES
        if path.relative_to(SOURCE).parts[0] in OF_POLICIES
        for found in SYNONYMS.finditer(path.read_text(encoding="utf-8"))
    }
    assert told == set()


ANY_OBJECT = re.compile(r"\b(?:Mapping|MutableMapping|dict)\[str, (?:Any|object)\]")
NO_DOCUMENTS = {
    "config/plain_sections.py": "models of kinds without logic by the team's own names",
    "config/form_types.py": "arguments of pydantic's create_model and ConfigDict: types and models, by name",
    "config/validation.py": "models by the team's own names, of whichever type the caller asks for",
}


def annotations(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, ast.expr]]:
    """The annotations that others of the code meet: of public functions, methods, attributes and constants."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not re.match(r"_(?!_)", node.name):
            arguments = (
                *node.args.posonlyargs,
                *node.args.args,
                *node.args.kwonlyargs,
                node.args.vararg,
                node.args.kwarg,
            )
            found = (*(each.annotation for each in arguments if each is not None), node.returns)
            yield from ((f"{owner}{node.name}", each) for each in found if each is not None)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from annotations(node.body, f"{owner}{node.name}.")
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id[0] != "_":
            yield f"{owner}{node.target.id}", node.annotation


def test_a_document_has_a_name() -> None:
    """`Mapping[str, Any]` doesn't say whether it is a body of ARM, inputs of Pulumi or a policy; `ArmDocument` does."""
    without = {
        f"{path.relative_to(SOURCE).as_posix()}: {name}"
        for path in MODULES
        if path.relative_to(SOURCE).as_posix() not in NO_DOCUMENTS
        for name, annotation in annotations(ast.parse(path.read_text(encoding="utf-8")).body)
        if ANY_OBJECT.search(ast.unparse(annotation))
    }
    assert without == set(), "name the document: an alias with a docstring, in the room that it belongs to"
