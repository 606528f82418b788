"""The language host as the engine meets it: a process, its first line, its calls, its end.

The engine starts one for every command, so a host that is slow to end costs seconds each time, and one that doesn't
notice its engine's death leaves a program running that nobody watches.
"""

import json
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import psutil  # type: ignore[import-untyped] # brings no types
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import language_pb2_grpc

RUNNER = """
import json, os, sys, threading
wanted = ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS", "VIRTUAL_ENV")
told = {"argv": sys.argv[1:], "python": sys.executable, "environment": {k: os.environ.get(k) for k in wanted}}
json.dump(told, open("TOLD", "w"))
print("ready", flush=True)
threading.Event().wait() if "wait" in sys.argv else sys.exit(STATUS)
"""


class Host:
    """A running host with a client to it. Its standard input is a pipe that the test holds, as the engine does."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self.folder = folder
        self.runner = folder / "runner.py"
        self.runs(0)
        module = "modelyard.engine.languagehost"
        command = [sys.executable, "-P", "-m", module, "--executor", str(self.runner), *flags]
        self.process = subprocess.Popen(
            [*command, "127.0.0.1:1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self.calls = language_pb2_grpc.LanguageRuntimeStub(self.channel)

    def runs(self, status: int) -> None:
        told = RUNNER.replace("TOLD", str(self.folder / "told.json")).replace("STATUS", str(status))
        self.runner.write_text(told)

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / "told.json").read_text())
        return told

    def info(self, **options: str) -> messages.ProgramInfo:
        given = Struct()
        given.update(options)
        folder = str(self.folder)
        return messages.ProgramInfo(root_directory=folder, program_directory=folder, entry_point=".", options=given)

    def wait(self) -> tuple[int, str]:
        """How it ended, and what it had to complain about."""
        assert self.process.stderr
        return self.process.wait(20), self.process.stderr.read()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = Host(tmp_path)
    yield made
    made.channel.close()
    with made.process:
        made.process.kill()


def test_a_program_gets_what_the_official_host_gives_it(host):
    request = messages.RunRequest(
        project="tried",
        stack="dev",
        pwd=str(host.folder),
        dryRun=True,
        parallel=8,
        monitor_address="127.0.0.1:2",
        organization="organization",
        config={"tried:a": "1"},
        configSecretKeys=["tried:a"],
        info=host.info(),
    )
    host.calls.Handshake(messages.LanguageHandshakeRequest(engine_address="127.0.0.1:3"))
    assert host.calls.Run(request) == messages.RunResponse()
    told = host.told()
    given = dict(zip(told["argv"][:-1:2], told["argv"][1:-1:2], strict=True))
    assert given == {
        "--monitor": "127.0.0.1:2",
        "--engine": "127.0.0.1:3",
        "--project": "tried",
        "--root_directory": str(host.folder),
        "--stack": "dev",
        "--pwd": str(host.folder),
        "--dry_run": "true",
        "--parallel": "8",
        "--organization": "organization",
    }
    assert told["argv"][-1] == "."
    assert told["environment"]["PULUMI_CONFIG"] == '{"tried:a": "1"}'
    assert told["environment"]["PULUMI_CONFIG_SECRET_KEYS"] == '["tried:a"]'
    assert told["python"] == sys.executable, "without a virtualenv option, `import modelyard` must work in programs"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (0, messages.RunResponse()),
        (32, messages.RunResponse(bail=True)),
        (3, messages.RunResponse(error="program exited with non-zero exit code: 3")),
    ],
)
def test_how_a_program_ends_is_told_once(host, status, answer):
    host.runs(status)
    assert host.calls.Run(messages.RunRequest(info=host.info())) == answer, "32 means the user has seen the error"


@pytest.fixture
def virtualenv(tmp_path: Path) -> Path:
    """A virtual environment with two packages: one needs a plugin, the other says that it needs none."""
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=True, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    for name, content in {
        "pulumi_thing": {"resource": True, "name": "thing", "version": "1.2.3", "server": "https://example.com"},
        "pulumi_policy": {"resource": False},
    }.items():
        (site / name).mkdir()
        (site / name / "pulumi-plugin.json").write_text(json.dumps(content))
    return folder


def test_a_virtual_environment_is_honoured(host, virtualenv):
    info = host.info(virtualenv="environment")
    host.calls.Run(messages.RunRequest(info=info))
    told = host.told()
    assert Path(told["python"]).parent.parent == virtualenv
    assert told["environment"]["VIRTUAL_ENV"] == str(virtualenv)
    (found,) = host.calls.GetRequiredPackages(messages.GetRequiredPackagesRequest(info=info)).packages
    assert (found.name, found.kind, found.version, found.server) == (
        "thing",
        "resource",
        "1.2.3",
        "https://example.com",
    )


def test_a_virtual_environment_that_is_not_there_is_named(host):
    info = host.info(virtualenv="nowhere")
    with pytest.raises(grpc.RpcError) as caught:
        host.calls.GetRequiredPackages(messages.GetRequiredPackagesRequest(info=info))
    assert "nowhere" in caught.value.details()
    assert "nowhere" in host.calls.Run(messages.RunRequest(info=info)).error


def test_the_plugin_of_azure_native_is_found_in_our_own_environment(host):
    found = host.calls.GetRequiredPackages(messages.GetRequiredPackagesRequest(info=host.info())).packages
    assert "azure-native" in {one.name for one in found}, "without it, a preview asks for whatever version is newest"


def test_what_pulumi_about_asks(host):
    assert host.calls.GetPluginInfo(Empty()).version == ""
    about = host.calls.About(messages.AboutRequest(info=host.info()))
    assert (about.executable, about.version.split(".")[0]) == (sys.executable, "3")
    ask = messages.GetProgramDependenciesRequest(info=host.info(), transitiveDependencies=True)
    assert "modelyard" in {one.name for one in host.calls.GetProgramDependencies(ask).dependencies}
    (said,) = host.calls.InstallDependencies(messages.InstallDependenciesRequest(info=host.info()))
    assert b"installs none" in said.stdout, "nobody's environment is changed behind their back"


def test_a_policy_pack_is_run_by_the_sdk(host, tmp_path):
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "__main__.py").write_text("import os, sys\nprint(os.environ['GREETING'])\nsys.exit('broken')\n")
    info = host.info()
    info.program_directory = str(pack)
    environment = ["GREETING=hello=world", f"PATH={pack}"]
    request = messages.RunPluginRequest(kind="analyzer", args=["127.0.0.1:1"], env=environment, info=info)
    said = list(host.calls.RunPlugin(request))
    assert [one.stdout for one in said if one.HasField("stdout")] == [b"hello=world\n"]
    assert b"broken" in b"".join(one.stderr for one in said)
    assert said[-1].exitcode == 1


def running(host: Host) -> tuple["grpc.Future", psutil.Process]:
    """A program under way."""
    call = host.calls.Run.future(messages.RunRequest(info=host.info(), args=["wait"]))
    assert host.process.stdout
    assert host.process.stdout.readline() == "ready\n"
    (program,) = psutil.Process(host.process.pid).children()
    return call, program


def gone(process: psutil.Process) -> bool:
    return not psutil.wait_procs([process], timeout=20)[1]


def test_the_engines_goodbye_ends_it_at_once_and_in_silence(host):
    _, program = running(host)
    host.process.send_signal(signal.SIGINT)
    assert host.wait() == (0, ""), "anything it wrote now would be shown to the user as an error"
    assert gone(program)


def test_it_dies_with_its_engine(host):
    _, program = running(host)
    host.process.stdin.close()  # what the kernel does when the engine is killed
    assert host.process.wait(20) == 0
    assert gone(program), "a program without an engine would wait for ever"


def test_cancel_ends_the_program_and_lets_nothing_new_start(host):
    call, program = running(host)
    host.calls.Cancel(Empty())
    assert call.result().error == "program was ended by signal 9"
    assert gone(program)
    assert host.calls.Run(messages.RunRequest(info=host.info())).error == "the language host is ending"


def test_a_call_that_is_given_up_ends_its_program(host):
    call, program = running(host)
    call.cancel()
    assert gone(program)


def test_flags_of_a_verbose_engine_are_understood(tmp_path):
    host = Host(tmp_path, "--logtostderr", "-v=9", "--tracing", "http://127.0.0.1:9411")
    host.calls.Run(messages.RunRequest(info=host.info()))
    assert "http://127.0.0.1:9411" in host.told()["argv"]
    host.channel.close()
    with host.process:
        host.process.send_signal(signal.SIGTERM)
        assert host.wait() == (0, "")
