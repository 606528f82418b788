"""The plugin under the real engine and in front of the whole local Azure, with a real program: a stack's whole life."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelyard.engine import discovery
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.engine.stack import PulumiStack, Workspace, command_environment
from modelyard.engine.state_outputs import stack_outputs
from modelyard.provider.install import install
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.server import Running, serve

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_azure_native import authorization, cognitiveservices as ai, monitor, resources

config = pulumi.Config()
group = resources.ResourceGroup("group", resource_group_name="rg-life", location="swedencentral")
account = ai.Account(
    "account",
    resource_group_name=group.name,
    account_name="contoso-life",
    kind="AIServices",
    sku=ai.SkuArgs(name="S0"),
    identity=ai.IdentityArgs(type="SystemAssigned"),
    properties=ai.AccountPropertiesArgs(
        custom_sub_domain_name=config.get("subdomain") or "contoso-life", public_network_access="Enabled"
    ),
    tags={"owner": pulumi.Output.secret("the owner's name")},
)
last = account
inside = {"resource_group_name": group.name, "account_name": account.name}


def next_one():
    return pulumi.ResourceOptions(depends_on=[last], deleted_with=account)


last = project = ai.Project(
    "agents", **inside, project_name="agents", location=group.location,
    identity=ai.IdentityArgs(type="SystemAssigned"), properties=ai.ProjectPropertiesArgs(description="d"),
    opts=pulumi.ResourceOptions(depends_on=[account]),  # an account with projects isn't deleted
)
key = ai.ApiKeyAuthConnectionPropertiesArgs(
    auth_type="ApiKey", category="CognitiveSearch", target="https://contoso.search.windows.net",
    credentials=ai.ConnectionApiKeyArgs(key=config.get("key") or "the connection's key"),
)
last = ai.AccountConnection("search", **inside, connection_name="search", properties=key, opts=next_one())
last = ai.ProjectConnection(
    "search", **inside, project_name=project.name, connection_name="search", properties=key, opts=next_one()
)
last = ai.EncryptionScope(
    "scope", **inside, encryption_scope_name="scope",
    properties=ai.EncryptionScopePropertiesArgs(key_source="Microsoft.CognitiveServices"), opts=next_one(),
)
names = ["chat", "more"]
for name in names:
    last = ai.Deployment(
        name,
        resource_group_name=group.name,
        account_name=account.name,
        deployment_name=name,
        sku=ai.SkuArgs(name="GlobalStandard", capacity=config.get_int("capacity") or 5),
        properties=ai.DeploymentPropertiesArgs(
            model=ai.DeploymentModelArgs(format="OpenAI", name="gpt-5.4", version="2026-03-05")
        ),
        opts=pulumi.ResourceOptions(depends_on=[last], deleted_with=account),
    )
lock = authorization.ManagementLockByScope("lock", scope=account.id, lock_name="keep", level="CanNotDelete", notes="n")
logs = monitor.DiagnosticSetting(
    "logs", resource_uri=account.id, name="logs", workspace_id=pulumi.Output.concat(group.id, "/w"),
    logs=[monitor.DiagnosticsLogSettingsArgs(category_group="audit", enabled=True)],
)
me = authorization.get_client_config()
role = authorization.RoleAssignment(
    "role",
    scope=account.id,
    principal_id=me.object_id,
    principal_type="ServicePrincipal",
    role_assignment_name="0b3c2b1a-0000-4000-8000-000000000009",
    role_definition_id=f"/subscriptions/{me.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/"
    "a97b65f3-24c7-4388-baec-2e87135dc908",
)
keys = ai.list_account_keys_output(account_name=account.name, resource_group_name=group.name)
pulumi.export("endpoint", account.properties.endpoint)
pulumi.export("principal", account.identity.principal_id)
pulumi.export("limits", last.properties.rate_limits)
pulumi.export("keys", keys)
"""

GO = EngineOptions(yes=True, skip_preview=True)
COUNT = 11  # group, account, two deployments, role assignment, and one of each kind without logic
DEPLOYMENT = "azure-native:cognitiveservices:Deployment"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    local = LocalAzure.open()
    with serve(local, tmp_path_factory.mktemp("home") / "sandbox") as server:
        yield server
    local.store.close()


@pytest.fixture(scope="module")
def stack(running: Running, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> PulumiStack:
    project = tmp_path_factory.mktemp("project")
    (project / "Pulumi.yaml").write_text("name: tried\nruntime: python\nmain: infra\n")
    (project / "infra").mkdir()
    (project / "infra" / "__main__.py").write_text(PROGRAM)
    cache: Path = request.config.getoption("--cache") or Path.home() / ".cache" / "modelyard" / "engine"
    engine = discovery.locate(cache=cache, environment=dict(os.environ), python=Path(sys.executable))
    python = Path(sys.executable)
    install(Path(running.environment["PULUMI_HOME"]), python)
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    made = PulumiStack(
        Workspace(engine, project, command_environment(base, running.environment, engine=engine, python=python)), "dev"
    )
    made.create()
    return made


def done(result: Any) -> dict[str, int]:
    assert result.failures == (), "\n".join(str(failure) for failure in result.failures)
    assert not [told for told in result.diagnostics if told.severity == "error"]
    return dict(result.changes)


def id_of(running: Running, name: str) -> str:
    return (
        f"/subscriptions/{running.azure.subscription_id}/resourceGroups/rg-life"
        f"/providers/Microsoft.CognitiveServices/accounts/contoso-life/deployments/{name}"
    )


def change_by_hand(running: Running, name: str, *, capacity: int) -> None:
    store, key = running.azure.store, id_of(running, name).lower()

    def change() -> None:
        found = dict(store.get("resources", key) or {})
        store.put("resources", key, {**found, "sku": {**found["sku"], "capacity": capacity}})

    running.do(change)


def forget(stack: PulumiStack, name: str) -> None:
    """Take a resource out of the state, as a killed run would have left it."""
    state = stack.state()
    resources = state["deployment"]["resources"]
    state["deployment"]["resources"] = [one for one in resources if not one["urn"].endswith(f"::{name}")]
    stack.replace_state(state)


def test_a_stack_from_preview_to_destroy(stack: PulumiStack, running: Running) -> None:
    run = EngineRun(stack)
    assert done(run.preview()) == {"create": COUNT}

    assert done(run.up(GO)) == {"create": COUNT}
    outputs = stack_outputs(stack.state(show_secrets=True)).outputs
    assert str(outputs["endpoint"].value).startswith("https://contoso-life.")
    assert outputs["limits"].value
    assert outputs["keys"].secret, "keys must not lie in the state in plain text"
    assert "the owner's name" not in str(stack.state()), "nor may anything that went in as a secret"
    assert "the connection's key" not in str(stack.state()), "nor what ARM's types call one, in plain text here"

    assert done(run.up(GO)) == {"same": COUNT}, "a second run changes nothing"
    assert done(run.refresh(GO)) == {"same": COUNT}, "and nothing that Azure filled in is drift"

    more = EngineOptions(yes=True, skip_preview=True, config={"tried:capacity": "6"})
    assert done(run.up(more)) == {"same": COUNT - 2, "update": 2}

    change_by_hand(running, "chat", capacity=9)
    assert done(run.refresh(GO)) == {"same": COUNT - 1, "update": 1}, "what somebody changed by hand is found"
    assert done(run.up(more)) == {"same": COUNT - 1, "update": 1}, "and put back"

    other = EngineOptions(yes=True, skip_preview=True, config={"tried:capacity": "6", "tried:key": "another key"})
    assert done(run.up(other)) == {"same": COUNT - 2, "update": 2}, "a new key is a change, though ARM shows none"

    forget(stack, "more")
    again = run.up(more)
    assert "exists in Azure already" in str(again.failures), "nobody's deployment is overwritten"
    assert done(run.take(DEPLOYMENT, "more", id_of(running, "more"), EngineOptions(yes=True)))["import"] == 1
    # An import reads full inputs, so the first run after it leaves out again what the program doesn't state.
    assert done(run.up(more)) == {"same": COUNT - 1, "update": 1}
    assert done(run.up(more)) == {"same": COUNT}

    too_much = EngineOptions(yes=True, skip_preview=True, config={"tried:capacity": "90000"})
    refused = run.up(too_much)
    assert "InsufficientQuota" in str(refused.failures), "Azure's own words reach the user"
    assert done(run.refresh(GO)) == {"same": COUNT}, "and the state says what is there"

    assert done(run.destroy(GO)) == {"delete": COUNT}
    left = running.do(lambda: [key for key, _ in running.azure.store.scan("resources") if "rg-life" in key])
    assert left == []
