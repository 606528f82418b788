"""A real engine, and a small project of component resources: no provider, no cloud, about a second a run."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from modelyard.engine import discovery
from modelyard.engine.stack import PulumiStack, Workspace, command_environment
from modelyard.operations.context import UserFolders

PROGRAM = """
import threading
import pulumi

class Thing(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("modelyard:test:Thing", name, None, opts)
        self.register_outputs({})

config = pulumi.Config()
parent = Thing("parent")
Thing("child", pulumi.ResourceOptions(parent=parent))
if config.get("fail"):
    raise ValueError(config.require("fail"))
if config.get_bool("wait"):
    pulumi.log.info("waiting")
    parent.urn.apply(lambda _: threading.Event().wait())
pulumi.export("plain", {"a": [1, 2]})
pulumi.export("hidden", pulumi.Output.secret("the-secret"))
"""


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> discovery.Engine:
    """The engine that the user's own commands would take."""
    cache: Path = request.config.getoption("--cache") or UserFolders.of(os.environ).engine
    return discovery.locate(cache=cache, environment=dict(os.environ), python=Path(sys.executable))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose program is in `infra` and whose stack files are in `stacks`, as ours are."""
    (tmp_path / "Pulumi.yaml").write_text("name: tried\nruntime: python\nmain: infra\nstackConfigDir: stacks\n")
    for folder in ("infra", "stacks", "home", "state"):
        (tmp_path / folder).mkdir()
    (tmp_path / "infra" / "__main__.py").write_text(PROGRAM)
    return tmp_path


@pytest.fixture
def settings(project: Path) -> Mapping[str, str]:
    """What a target's environment would give: a home and a backend of its own."""
    return {
        "PULUMI_HOME": str(project / "home"),
        "PULUMI_BACKEND_URL": f"file://{project / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "for tests",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",  # these programs need none, and tests download nothing
    }


@pytest.fixture
def stack(engine: discovery.Engine, project: Path, settings: Mapping[str, str]) -> PulumiStack:
    """A new stack of the project."""
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = command_environment(base, settings, engine=engine, python=Path(sys.executable))
    made = PulumiStack(Workspace(engine, project, given), "dev")
    assert made.create()
    return made
