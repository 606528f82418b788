"""Teams write the pack's names and levels into files of their own: what the page says of them has to be so."""

import json
import re
from pathlib import Path

from pulumi_policy import ResourceValidationPolicy

from modelyard.audit.pack import Pack
from modelyard.config.project import Project

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "policy-pack.md").read_text(encoding="utf-8")


def test_the_table_names_each_policy_with_its_level() -> None:
    policies = Pack(Project.find(ROOT), {}).policies()
    levels = {each.name: each.enforcement_level.value for each in policies if each.enforcement_level}
    assert dict(re.findall(r"^\| `(\w+)` \|.*\| (\w+) \|$", PAGE, re.MULTILINE)) == levels


def test_the_configuration_shown_is_one_that_the_pack_takes() -> None:
    (shown,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    known = {each.name: each for each in Pack(Project.find(ROOT), {}).policies()}
    for name, said in json.loads(shown).items():
        assert not isinstance(known[name], ResourceValidationPolicy), "the gathering keeps its level"
        if isinstance(said, dict):
            schema = known[name].config_schema
            assert schema is not None
            assert set(said) - {"enforcementLevel"} <= set(schema.properties)
