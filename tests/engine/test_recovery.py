"""A kill -9 in the middle of a deployment, from end to end: the real engine, the plugin, and the local Azure.

Without recovery, every later run meets first the dead engine's lock and then "cannot create already existing
resource"; and somebody has to know both ways out.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil  # type: ignore[import-untyped] # brings no types
import pytest

from modelyard.catalog.market import Market
from modelyard.engine import discovery, locks, recovery
from modelyard.engine.create_journal import CreateJournal
from modelyard.engine.events import Event, Started, name_of
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.engine.stack import PulumiStack, Workspace, command_environment
from modelyard.provider.install import install
from modelyard.sandbox.local_azure import DELAYS, Clock, LocalAzure
from modelyard.sandbox.server import Running, serve
from modelyard.sandbox.store import Document, Store

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_azure_native import cognitiveservices, resources

class Yard(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("modelyard:test:Yard", "yard")
        below = pulumi.ResourceOptions(parent=self)
        group = resources.ResourceGroup("group", resource_group_name="rg", location="swedencentral", opts=below)
        account = cognitiveservices.Account(
            "account",
            account_name="contoso",
            resource_group_name=group.name,
            location="swedencentral",
            kind="AIServices",
            sku=cognitiveservices.SkuArgs(name="S0"),
            properties=cognitiveservices.AccountPropertiesArgs(custom_sub_domain_name="contoso"),
            opts=below,
        )
        model = cognitiveservices.DeploymentModelArgs(format="OpenAI", name="gpt-5.4", version="2026-03-05")
        for name in ("chat", "more"):
            last = cognitiveservices.Deployment(
                name,
                deployment_name=name,
                account_name=account.name,
                resource_group_name=group.name,
                sku=cognitiveservices.SkuArgs(name="GlobalStandard", capacity=1),
                properties=cognitiveservices.DeploymentPropertiesArgs(model=model),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[] if name == "chat" else [last]),
            )
        self.register_outputs({})

Yard()
"""


class WatchedStore(Store):
    """Tells when a deployment has been accepted; a kill before that would prove nothing."""

    def __init__(self) -> None:
        super().__init__(None)
        self.accepted = threading.Event()

    def put(self, collection: str, key: str, document: Document) -> None:
        super().put(collection, key, document)
        if collection == "resources" and key.endswith("/deployments/chat"):
            self.accepted.set()


@pytest.fixture
def store() -> Iterator[WatchedStore]:
    made = WatchedStore()
    yield made
    made.close()


@pytest.fixture
def running(store: WatchedStore, tmp_path: Path) -> Iterator[Running]:
    """A local Azure where deployments take an hour, and the test holds the clock."""
    delays = {**DELAYS, "Microsoft.CognitiveServices/accounts/deployments": 3600.0}
    azure = LocalAzure(store=store, clock=Clock(store), market=Market.load(), delays=delays)
    with serve(azure, tmp_path / "sandbox") as server:
        yield server


@pytest.fixture
def stack(engine: discovery.Engine, project: Path, running: Running) -> PulumiStack:
    (project / "infra" / "__main__.py").write_text(PROGRAM)
    python = Path(sys.executable)
    install(Path(running.environment["PULUMI_HOME"]), python)
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    made = PulumiStack(
        Workspace(engine, project, command_environment(base, running.environment, engine=engine, python=python)), "dev"
    )
    made.create()
    return made


def plugins(stack: PulumiStack) -> list[psutil.Process]:
    """The plugin's processes, as children of the engine that holds the stack."""
    backend, project = locks.backend_of(stack.workspace.folder, stack.workspace.environment)
    (held,) = locks.of(backend, stack.workspace.folder, project, stack.name)
    return [
        one
        for one in psutil.Process(held.pid).children(recursive=True)
        if any("pulumi-resource-azure-native" in word or "modelyard.provider" in word for word in one.cmdline())
    ]


def test_a_plugin_that_died_is_mended_as_an_engine_is(
    stack: PulumiStack, running: Running, store: WatchedStore, tmp_path: Path
):
    """The engine goes on without its plugin, ends in order, and forgets the deployment that Azure was making. Where
    whoever follows the engine is killed as well, the journal tells the next command as much.
    """
    journal = CreateJournal(tmp_path / "creating.jsonl")

    def kill(event: Event) -> None:
        journal.note(event)
        if isinstance(event, Started) and name_of(event.urn) == "chat":
            assert store.accepted.wait(60)
            for one in plugins(stack):
                one.kill()

    go = EngineOptions(yes=True, skip_preview=True)
    result = EngineRun(stack, kill).up(go)
    assert [name_of(one.urn) for one in result.lost] == ["chat"]
    assert CreateJournal(journal.file).left() == result.lost, "all else has ended, and the file says so"
    assert "chat" not in {name_of(each["urn"]) for each in stack.state()["deployment"]["resources"]}

    def exists(id_: str, _api_version: str) -> bool:
        return running.do(lambda: store.get("resources", id_.lower()) is not None)

    running.azure.delays = {}
    running.do(lambda: running.azure.clock.advance(timedelta(hours=2)))
    mended = recovery.recover_lost(stack, result.lost, subscription=running.azure.subscription_id, exists=exists)
    (told,) = mended.told
    assert told.startswith("took into the stack what had been created")
    assert told.endswith("/accounts/contoso/deployments/chat")
    done = EngineRun(stack).up(go)
    assert done.failures == ()
    assert {step.name: step.op for step in done.steps if step.is_resource} == {
        "group": "same",
        "account": "same",
        "chat": "same",
        "more": "create",
    }
    assert EngineRun(stack).destroy(go).succeeded


def test_what_was_created_is_taken_in_and_the_next_up_goes_on(
    stack: PulumiStack, running: Running, store: WatchedStore
):
    family: list[psutil.Process] = []

    def kill(event: Event) -> None:
        if isinstance(event, Started) and name_of(event.urn) == "chat":
            assert store.accepted.wait(60)
            backend, project = locks.backend_of(stack.workspace.folder, stack.workspace.environment)
            (held,) = locks.of(backend, stack.workspace.folder, project, stack.name)
            engine = psutil.Process(held.pid)
            family.extend([engine, *engine.children(recursive=True)])
            os.kill(held.pid, signal.SIGKILL)

    go = EngineOptions(yes=True, skip_preview=True)
    assert not EngineRun(stack, kill).up(go).succeeded
    assert not psutil.wait_procs(family, timeout=20)[1], "neither program, language host nor plugin may run on"

    def exists(id_: str, _api_version: str) -> bool:
        return running.do(lambda: store.get("resources", id_.lower()) is not None)

    running.do(lambda: running.azure.clock.advance(timedelta(hours=2)))
    mended = recovery.recover(stack, subscription=running.azure.subscription_id, exists=exists)
    assert mended.settlement
    ((urn, id_),) = mended.settlement.adopted.items()
    assert id_.endswith("/accounts/contoso/deployments/chat")
    assert "modelyard:test:Yard$azure-native:cognitiveservices:Deployment::chat" in urn, "the parent is part of the URN"

    def advance(event: Event) -> None:
        if isinstance(event, Started) and name_of(event.urn) == "more":
            running.azure.delays = {}  # from now on nothing takes time

    done = EngineRun(stack, advance).up(go)
    assert done.failures == ()
    assert {step.name: step.op for step in done.steps if step.name in {"account", "chat", "more"}} == {
        "account": "same",
        "chat": "same",
        "more": "create",
    }, "what was taken in is what was declared, so nothing is done to it"
    assert EngineRun(stack).destroy(go).succeeded
