"""Files are written beside those of others, never over them, and nothing is written that EPAC would refuse."""

import json

from modelyard.epac.write_plan import place
from modelyard.epac.writer import mark

ROOT = "/subscriptions/11111111-1111-4111-8111-111111111111"
SETTINGS = json.dumps({"pacEnvironments": [{"pacSelector": "tenant", "deploymentRootScope": ROOT}]})
ORIGIN = "stack dev"
PATH = "policyDefinitions/General/a.jsonc"


def text(name: str, *, marked: str = ORIGIN) -> str:
    written = json.dumps({"name": name, "properties": {"displayName": name}}, indent=2)
    return f"{mark(marked)}\n{written}\n" if marked else written


def there(**files: str) -> dict[str, str]:
    return {"global-settings.jsonc": SETTINGS} | {
        path.replace("__", "/") + ".jsonc": each for path, each in files.items()
    }


def test_a_file_that_says_the_same_stays_as_it_is() -> None:
    mine = text("a", marked="").replace("{", "{ // of ours", 1)
    found = place(there() | {PATH: mine}, {PATH: text("a")}, ORIGIN, "tenant", force=False)
    assert (found.written, found.removed, found.unchanged, found.refused) == ({}, (), 1, ())


def test_what_was_written_before_follows_and_goes() -> None:
    gone = "policyDefinitions/General/gone.jsonc"
    found = place(there() | {PATH: text("a"), gone: text("gone")}, {PATH: text("b")}, ORIGIN, "tenant", force=False)
    assert (found.written, found.removed, found.refused) == ({PATH: text("b")}, (gone,), ())


def test_files_of_other_stacks_stay() -> None:
    other = {"policyDefinitions/General/other.jsonc": text("other", marked="stack prod")}
    found = place(there() | other, {PATH: text("a")}, ORIGIN, "tenant", force=False)
    assert (found.written, found.removed) == ({PATH: text("a")}, ())


def test_a_file_of_somebody_else_is_replaced_only_by_force() -> None:
    files = there() | {PATH: text("b", marked="")}
    found = place(files, {PATH: text("a")}, ORIGIN, "tenant", force=False)
    assert ([each.where for each in found.refused], found.written) == ([PATH], {})
    assert place(files, {PATH: text("a")}, ORIGIN, "tenant", force=True).written == {PATH: text("a")}


def test_what_epac_would_refuse_is_not_written() -> None:
    """The same definition in another file: each of the two would be right, both together are not."""
    files = there() | {"policyDefinitions/mine.json": text("a", marked="")}
    found = place(files, {PATH: text("a")}, ORIGIN, "tenant", force=False)
    assert [each.where for each in found.refused] == ["policyDefinitions/mine.json: $.name"]


def test_what_was_wrong_before_stands_in_nobodys_way() -> None:
    files = there() | {"policyAssignments/broken.json": "{"}
    assert place(files, {PATH: text("a")}, ORIGIN, "tenant", force=False).refused == ()
