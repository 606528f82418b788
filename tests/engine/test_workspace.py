"""The environment decides which engine's parts are found and whose backend is written to."""

from pathlib import Path

from modelyard.engine.discovery import Engine
from modelyard.engine.stack import Workspace, command_environment

ENGINE = Engine(Path("/cache/built-3.250.0/pulumi"), "3.250.0", "built")


def test_the_targets_environment_wins_and_the_engines_folder_comes_first():
    base = {"PATH": "/usr/bin", "PULUMI_BACKEND_URL": "https://api.pulumi.com", "LANG": "C"}
    over = {"PULUMI_BACKEND_URL": "file:///sandbox", "PULUMI_CONFIG_PASSPHRASE": "hush"}
    given = command_environment(base, over, engine=ENGINE, python=Path("/venv/bin/python"))
    assert given["PULUMI_BACKEND_URL"] == "file:///sandbox", "a run in the sandbox must never write to the user's state"
    assert given["PATH"] == "/cache/built-3.250.0:/venv/bin:/usr/bin"
    assert (given["MODELYARD_PYTHON"], given["LANG"]) == ("/venv/bin/python", "C")


def test_what_the_user_set_is_kept():
    given = command_environment({"PULUMI_EXPERIMENTAL": "false"}, {}, engine=ENGINE, python=Path("/venv/bin/python"))
    assert given["PULUMI_EXPERIMENTAL"] == "false"
    assert given["PATH"] == "/cache/built-3.250.0:/venv/bin"


def test_a_workspace_shows_no_environment():
    assert "hush" not in repr(Workspace(ENGINE, Path("/project"), {"PULUMI_CONFIG_PASSPHRASE": "hush"}))
