"""A team that updates Modelyard must see no change: each one would be a write on a live account, or a replacement."""

from pathlib import Path

import pytest

from .conftest import Yard

pytestmark = pytest.mark.engine

OLDER = Path(__file__).parent / "older_state"


def test_the_state_of_an_older_version_previews_with_no_change(yard: Yard) -> None:
    written = OLDER.joinpath("Pulumi.full.yaml").read_text(encoding="utf-8")
    (yard.project / "stacks" / "Pulumi.full.yaml").write_text(written, encoding="utf-8")
    yard.pulumi("stack", "init", "full")
    yard.pulumi("stack", "import", "--stack", "full", "--file", str(OLDER / "state.json"))
    report = yard.modelyard("preview", "full", "--json").json
    assert report["data"]["changed"] is False, report["steps"]
    assert report["steps"] == []
