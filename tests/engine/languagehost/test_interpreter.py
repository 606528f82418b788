"""What an environment holds decides which plugins a preview loads; a wrong version is a wrong schema."""

import json
from pathlib import Path

import pytest

from modelyard.engine.languagehost.interpreter import Interpreter, Plugin, dependencies, plugins, semantic


def package(site: Path, name: str, content: dict[str, object] | None, version: str = "", requires: str = "") -> None:
    (site / name).mkdir(parents=True)
    if content is not None:
        (site / name / "pulumi-plugin.json").write_text(json.dumps(content))
    if version:
        folder = site / f"{name}-{version}.dist-info"
        folder.mkdir()
        needs = f"Requires-Dist: {requires}\n" if requires else ""
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n{needs}"
        )


@pytest.mark.parametrize(
    ("content", "version", "expected"),
    [
        ({"resource": True, "name": "azure-native", "version": "3.29.0"}, "", [Plugin("azure-native", "3.29.0")]),
        ({"resource": True}, "1.0.0a3", [Plugin("some-cloud", "1.0.0-alpha.3")]),
        ({"resource": True}, "", [Plugin("some-cloud", "")]),
        ({"resource": False}, "1.0.0", []),
        ({"resource": True, "name": "x", "parameterization": {"name": "y"}}, "", []),
        (None, "1.0.0", []),
    ],
)
def test_a_package_says_which_plugin_it_needs(tmp_path, content, version, expected):
    package(tmp_path, "pulumi_some_cloud", content, version)
    assert list(plugins([str(tmp_path), str(tmp_path / "missing")])) == expected


@pytest.mark.parametrize(
    ("python", "engine"),
    [
        ("3.1.0", "3.1.0"),
        ("3.1.0a2", "3.1.0-alpha.2"),
        ("1.2.3b1", "1.2.3-beta.1"),
        ("1.2.3rc4", "1.2.3-rc.4"),
        ("1", ""),
    ],
)
def test_python_versions_are_told_as_the_engine_reads_them(python, engine):
    assert semantic(python) == engine, "the engine refuses a command over a version it can't read"


def test_dependencies_without_those_that_others_bring(tmp_path):
    package(tmp_path, "app", None, "1.0", requires="Lower_Layer (>=2)")
    package(tmp_path, "lower_layer", None, "2.0")
    places = [str(tmp_path)]
    assert dependencies(places, transitive=True) == [("app", "1.0"), ("lower-layer", "2.0")]
    assert dependencies(places, transitive=False) == [("app", "1.0")]


def test_activating_an_environment_puts_its_folder_first(tmp_path):
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").touch()
    found = Interpreter.of({"virtualenv": "venv"}, tmp_path, Path("/own/python"))
    given = found.environment({"PATH": "/usr/bin", "PYTHONHOME": "/x", "A": "b"})
    assert given == {"PATH": f"{tmp_path}/venv/bin:/usr/bin", "VIRTUAL_ENV": f"{tmp_path}/venv", "A": "b"}
    assert Interpreter.of({}, tmp_path, Path("/own/python")).environment({"A": "b"}) == {"A": "b"}
