"""Taking what runs into the state of a stack whose file says `adopted`, as long as that state is empty.

Each resource of the graph is asked of ARM. One that ARM shows as declared stands in the state with the inputs that the
program will state, so that the next preview changes nothing; one that differs stands there as ARM has it, so that the
preview shows what an update would change. What isn't there will be created.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from modelyard.adoption.comparison import differences
from modelyard.arm import translation
from modelyard.arm.json_path import ArmDocument
from modelyard.azure.arm_client import Deadline
from modelyard.azure.arm_reader import reader
from modelyard.azure.failures import AzureRefused, ScopeUnreadable
from modelyard.azure.target import Target
from modelyard.config.loader import Loaded
from modelyard.config.secret import Secret
from modelyard.engine import adopted_state
from modelyard.engine.adopted_state import StateResource
from modelyard.engine.stack import PulumiStack
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.resources.graph import concerns
from modelyard.resources.resource import YARD, Resource, known

AT_ONCE = 8
NOT_FOUND = 404
SETTINGS = ("location", "subscriptionId", "tenantId")
"""Of azure-native's keys, those that are texts and no secrets."""


def take_in(pulumi: PulumiStack, loaded: Loaded, project: str, target: Target) -> tuple[str, ...]:
    """Fill an empty state with what runs; a line that says so. Raises ScopeUnreadable where ARM doesn't answer."""
    stack = loaded.stack
    if stack is None or not stack.adopted or not adopted_state.is_empty(state := pulumi.state()):
        return ()
    subscription = stack.subscription_id or target.subscription_id
    name = pulumi.name.rsplit("/", 1)[-1]
    each_concern = tuple(concerns(stack, subscription))
    every = [each for concern in each_concern for each in concern.resources.values()]
    with reader(target) as arm, ThreadPoolExecutor(AT_ONCE) as pool:

        def ask(resource: Resource) -> ArmDocument | None:
            id_ = resource.id(subscription)
            try:
                return arm.arm.get(id_, Deadline(), api_version=resource.row.api_version)
            except AzureRefused as refused:
                if refused.error.status == NOT_FOUND:
                    return None
                raise ScopeUnreadable.of("azure.unreadable", place=id_, problem=str(refused.error)) from refused

        live = {each: document for each, document in zip(every, pool.map(ask, every), strict=True) if document}
    if not any(not each.existing for each in live):
        return ()
    components = [each.component for each in each_concern]
    root = f"urn:pulumi:{name}::{project}::{YARD.token}::{YARD.name}"
    resources = [StateResource(urn=root, type=YARD.token)]
    resources += [
        StateResource(urn=_component(name, project, each.token, each.name), type=each.token, parent=root)
        for each in dict.fromkeys(components)
    ]
    resources += [_resource(each, document, name, project, live) for each, document in live.items()]
    settings = dict(_settings(loaded))
    pulumi.replace_state(adopted_state.adopted(state, project, name, settings, resources))
    owned = sum(not each.existing for each in live)
    return (
        f"took into the stack what runs already: {owned} resource{'s' * (owned != 1)}; nothing was written to Azure",
    )


def _component(stack: str, project: str, token: str, name: str) -> str:
    return f"urn:pulumi:{stack}::{project}::{YARD.token}${token}::{name}"


def _resource(
    resource: Resource,
    document: ArmDocument,
    stack: str,
    project: str,
    live: dict[Resource, ArmDocument],
) -> StateResource:
    row = resource.row
    outputs = translation.outputs(row, document)
    parameters = {name: str(known(value, "")) for name, value in resource.parameters.items()}
    inputs: dict[str, Any] = known(resource.inputs(), UNKNOWN)
    as_declared = not _holds_unknown(resource.body) and not differences(row, known(resource.body, UNKNOWN), document)
    if not as_declared:
        inputs = translation.inputs(row, parameters, outputs)
    above = resource.deleted_with
    return StateResource(
        urn=resource.urn(project, stack),
        type=row.token,
        id=str(document["id"]),
        inputs={} if resource.existing else inputs,
        outputs=outputs,
        parent=_component(stack, project, resource.component.token, resource.component.name),
        dependencies=[each.urn(project, stack) for each in resource.depends_on if each in live],
        deleted_with=above.urn(project, stack) if above is not None and above in live else "",
        external=resource.existing,
    )


def _holds_unknown(value: Any) -> bool:
    """Whether a value has a secret in it, or one that only Azure can tell."""
    if isinstance(value, dict):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_unknown, value))
    return isinstance(value, Secret) or known(value, UNKNOWN) is UNKNOWN


def _settings(loaded: Loaded) -> Iterator[tuple[str, str]]:
    for document in loaded.documents:
        for name in SETTINGS:
            value = getattr(document.foreign.get(f"azure-native:{name}"), "text", None)
            if value is not None:
                yield name, value
