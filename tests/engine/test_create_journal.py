"""A create that a killed run had under way must not be lost, nor one that ended be asked for again."""

from pathlib import Path

import pytest

from modelyard.engine.create_journal import CreateJournal
from modelyard.engine.events import Event, Failed, Finished, Started

URN = "urn:pulumi:dev::tried::azure-native:cognitiveservices:Deployment::chat"
BEGAN = Started(URN, "create", inputs={"deploymentName": "chat"}, custom=True)
ENDED = Finished(URN, "create", 1.0, custom=True)


@pytest.fixture
def journal(tmp_path: Path) -> CreateJournal:
    return CreateJournal(tmp_path / "creating" / "dev.jsonl")


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([BEGAN], True),
        ([BEGAN, ENDED], False),
        ([BEGAN, Failed(URN, "create", 1.0, custom=True)], False),
        ([BEGAN, Failed(URN, "create", 1.0, custom=True, lost=True)], True),
        ([BEGAN, ENDED, BEGAN], True),
        ([Started(URN, "create", preview=True, custom=True)], False),
        ([Started(URN, "create")], False),
        ([Started(URN, "update", custom=True)], False),
        ([], False),
    ],
)
def test_what_is_left_is_what_nobody_saw_the_end_of(journal: CreateJournal, events: list[Event], left: bool):
    for event in events:
        journal.note(event)
    assert [each.urn for each in CreateJournal(journal.file).left()] == [URN] * left
    assert CreateJournal(journal.file).left({URN}) == ()


def test_it_is_its_owners_and_tells_no_secret(journal: CreateJournal):
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": "hush"}
    journal.note(Started(URN, "create", inputs={"key": secret, "deploymentName": "chat"}, custom=True))
    assert journal.file.stat().st_mode & 0o777 == 0o600
    assert "hush" not in journal.file.read_text()
    (one,) = journal.left()
    assert one.resource["inputs"] == {"key": "[secret]", "deploymentName": "chat"}


def test_a_line_that_a_kill_cut_short_is_passed_over(journal: CreateJournal):
    journal.note(BEGAN)
    with journal.file.open("a") as file:
        file.write('{"began": {"ur')
    assert [each.urn for each in journal.left()] == [URN]


def test_what_is_settled_is_forgotten(journal: CreateJournal):
    journal.note(BEGAN)
    journal.forget()
    assert not journal.file.exists()
    assert journal.left() == ()
    journal.forget()
