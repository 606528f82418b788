"""`modelyard policy remediate` changes what stands in Azure, so a name that it doesn't know may not be passed over."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelyard.failures import ExitStatus

MENDING = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-mend
    resourceGroup: rg-contoso-mend
    network:
      publicNetworkAccess: Enabled
  modelyard:policies:
    keys-off:
      definition: builtin/modify-disable-local-auth
    keyless:
      definition: builtin/disable-local-auth
"""


def test_each_name_has_to_be_one_that_mends(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    """Before anything is asked of Azure: the one that is right isn't run alone."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(Path("Pulumi.yaml").read_text())
    (tmp_path / "stacks/Pulumi.mend.yaml").write_text(MENDING)
    said = modelyard("policy", "remediate", "mend", "keys-off", "keyless", "bogus", "--project", str(tmp_path))
    assert said.status == ExitStatus.USAGE
    assert "keyless, bogus: no policy that changes or deploys anything in stack mend" in said.err
    assert "allowed: keys-off" in said.err
