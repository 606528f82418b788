"""The plugin in a PULUMI_HOME: what the CLI finds there must run, whenever it looks."""

import json
import os
import subprocess
import sys
from pathlib import Path

from modelyard.arm import resource_types
from modelyard.provider.install import install
from modelyard.provider.schema import package_schema


def test_what_is_installed_runs(home: Path) -> None:
    file = install(home, Path(sys.executable))
    assert file.relative_to(home).parts == ("plugins", "resource-azure-native-v3.29.0", "pulumi-resource-azure-native")
    with subprocess.Popen([file, "127.0.0.1:1"], stdout=subprocess.PIPE, cwd=home) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0, "the first line is the port, as the engine expects"
        process.terminate()


def test_installing_again_changes_nothing(home: Path) -> None:
    file = install(home, Path(sys.executable))
    before = file.stat()
    after = install(home, Path(sys.executable)).stat()
    written = (before.st_ino, before.st_mtime_ns)  # not when it was read
    assert (after.st_ino, after.st_mtime_ns) == written, "a running command may be reading it"
    install(home, Path("/somewhere else/python"))
    assert "'/somewhere else/python'" in file.read_text(), "another interpreter is taken over, blanks and all"
    file.chmod(0o600)
    install(home, Path("/somewhere else/python"))
    assert os.access(file, os.X_OK), "and what was damaged is mended"
    assert [path.name for path in file.parent.iterdir()] == [file.name], "no half of a file stays behind"


def test_the_schema_has_every_type_and_function() -> None:
    schema = json.loads(package_schema())
    assert set(schema["resources"]) == set(resource_types.by_token())
    assert set(resource_types.invokes()) <= set(schema["functions"])
    assert schema["resources"]["azure-native:cognitiveservices:Deployment"]["requiredInputs"] == [
        "resourceGroupName",
        "accountName",
    ]
