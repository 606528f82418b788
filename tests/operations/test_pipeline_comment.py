"""A reviewer reads one comment: what changes with its values, whole where it fits, and never as somebody's Markdown."""

import json
from pathlib import Path
from typing import Any

import pytest

from modelyard import Failure, Finding, OperationContext, Outcome, Report, Step, operations
from modelyard.operations.pipeline_comment import LONGEST, MARKER
from modelyard.report import json as json_writer
from modelyard.report.change import SECRET, Change

CONTEXT = OperationContext(environment={})


def report(folder: Path, stack: str, *changes: Change, **members: Any) -> Path:
    step = Step("update Deployment chat", Outcome.PASSED, 0.0, op="update", resource="urn", changes=changes)
    made = Report(command="preview", stack=stack, steps=(step,), data={"changes": {"update": 1, "same": 9}}, **members)
    file = folder / f"{stack}.json"
    file.write_text(json_writer.write(made))
    return file


def test_it_tells_what_changes_with_old_and_new_values(tmp_path: Path) -> None:
    finding = Finding.of("config.model-retired", "chat: the model has retired")
    file = report(
        tmp_path, "prod", Change("sku.capacity", 100, 150), Change("key", SECRET, SECRET), findings=(finding,)
    )
    out = tmp_path / "comment.md"
    made = operations.comment([file], CONTEXT, output=out)
    text = out.read_text()
    assert text.splitlines()[0] == MARKER
    assert "| prod |  | findings | 1 to update | 1 | 0 |" in text
    assert "    sku.capacity: 100 → 150\n" in text
    assert "    key: [secret] → [secret]\n" in text
    assert "error: chat: the model has retired [config.model-retired]" in text
    assert made.data == {"stacks": ["prod"], "left_out": [], "characters": len(text)}
    assert operations.comment([file], CONTEXT).text == text


def test_sixty_stacks_fit_and_what_does_not_is_linked(tmp_path: Path) -> None:
    changes = [Change(f"properties.member{place}", "a" * 50, "b" * 50) for place in range(40)]
    files = [report(tmp_path, f"stack-{number:02}", *changes) for number in range(60)]
    made = operations.comment(files, CONTEXT, link="https://ci.example/42")
    assert len(made.text) <= LONGEST
    assert all(f"| stack-{number:02} |" in made.text for number in range(60)), "every stack has its row"
    assert made.data["left_out"]
    assert (
        f"Details of {len(made.data['left_out'])} stacks don't fit here: [the whole reports](https://ci.example/42)"
        in (made.text)
    )


def test_no_text_of_a_stack_file_becomes_markdown(tmp_path: Path) -> None:
    """A pull request from outside could else close the block and write what it likes in the pipeline's name."""
    file = report(tmp_path, "prod", Change("tags.a", None, "````\n# approved <script>"))
    lines = operations.comment([file], CONTEXT).text.splitlines()
    fences = [line for line in lines if line and set(line) == {"`"}]
    assert fences == ["`````", "`````"]


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"version": 2, "command": "up"}), json.dumps({"version": 1})])
def test_what_is_no_report_of_a_preview_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(content)
    with pytest.raises(Failure) as failure:
        operations.comment([file], CONTEXT)
    assert failure.value.code == "pipeline.report-unreadable"
