# ruff: noqa: N802 - the protocol names its calls so
"""The gRPC service that Pulumi's engine talks to: messages in and out. What a call does is decided elsewhere.

The engine calls from many threads at once. It speaks secrets (every engine since 2020), so secrets are sent as such.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as messages

from modelyard.arm.resource_types import ResourceType, by_token
from modelyard.provider import VERSION, preview
from modelyard.provider.check import CREATE_BEFORE_DELETE, CheckFailure, Mode, Proposal, check
from modelyard.provider.configuration import Configuration, cloud_failures
from modelyard.provider.difference import PropertyChange, changes
from modelyard.provider.failures import RequestInvalid
from modelyard.provider.grpc_errors import answers_failures
from modelyard.provider.values import decode, encode, reveal

if TYPE_CHECKING:
    from modelyard.provider.connection import AzureConnection


class ProviderService(provider_pb2_grpc.ResourceProviderServicer):
    """One provider instance. `stop` ends the process after the calls in flight have been answered."""

    def __init__(self, environment: Mapping[str, str], stopping: threading.Event, stop: Callable[[], None]) -> None:
        self._environment = environment
        self._stopping = stopping
        self._stop = stop
        self._session: Future[AzureConnection] = Future()

    # The plugin itself.

    def Handshake(
        self, _request: messages.ProviderHandshakeRequest, _context: grpc.ServicerContext
    ) -> messages.ProviderHandshakeResponse:
        """Secrets as secrets, resources as their ids, no dependencies: ARM knows none."""
        return messages.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    def Attach(self, _request: plugin_pb2.PluginAttach, _context: grpc.ServicerContext) -> Empty:
        """The engine's address, which we have no use for."""
        return Empty()

    def GetPluginInfo(self, _request: Empty, _context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """The version of azure-native that we stand in for."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(
        self, _request: messages.GetSchemaRequest, _context: grpc.ServicerContext
    ) -> messages.GetSchemaResponse:
        """The table's types, without the types of their members."""
        from modelyard.provider.schema import package_schema

        return messages.GetSchemaResponse(schema=package_schema())

    def GetMapping(
        self, _request: messages.GetMappingRequest, _context: grpc.ServicerContext
    ) -> messages.GetMappingResponse:
        """Nothing is converted from another tool."""
        return messages.GetMappingResponse()

    def GetMappings(
        self, _request: messages.GetMappingsRequest, _context: grpc.ServicerContext
    ) -> messages.GetMappingsResponse:
        """Nothing is converted from another tool."""
        return messages.GetMappingsResponse()

    def Cancel(self, _request: Empty, _context: grpc.ServicerContext) -> Empty:
        """The engine has no more use for us. It waits five seconds for a plugin that doesn't end."""
        self._stopping.set()
        self._stop()
        return Empty()

    # Its configuration.

    def CheckConfig(self, request: messages.CheckRequest, _context: grpc.ServicerContext) -> messages.CheckResponse:
        """The configuration as it is; a cloud that we can't reach is named before anything is tried."""
        found = cloud_failures(decode(request.news))
        failures = [messages.CheckFailure(property=name, reason=reason) for name, reason in found.items()]
        return messages.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, _request: messages.DiffRequest, _context: grpc.ServicerContext) -> messages.DiffResponse:
        """The engine compares by itself; nothing in the configuration replaces what was made with it."""
        return messages.DiffResponse(changes=messages.DiffResponse.DIFF_UNKNOWN)

    @answers_failures
    def Configure(
        self, request: messages.ConfigureRequest, _context: grpc.ServicerContext
    ) -> messages.ConfigureResponse:
        """Reads the configuration; the connection is made in the background, while the program starts."""
        configuration = Configuration.of(decode(request.args), self._environment)
        self._session = Future()
        threading.Thread(target=_connect, args=(self._session, configuration, self._stopping), daemon=True).start()
        return messages.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    @property
    def _connected(self) -> "AzureConnection":
        return self._session.result()

    # Resources.

    @answers_failures
    def Check(self, request: messages.CheckRequest, _context: grpc.ServicerContext) -> messages.CheckResponse:
        """Inputs with their defaults, and what is wrong with them."""
        proposal = None
        if request.HasField("autonaming"):
            mode = messages.CheckRequest.AutonamingOptions.Mode.Name(request.autonaming.mode)
            proposal = Proposal(request.autonaming.proposed_name, Mode(mode))
        checked = check(
            _row(request.urn),
            decode(request.olds),
            decode(request.news),
            logical_name=request.urn.split("::", 3)[3],
            seed=request.randomSeed,
            proposal=proposal,
            location=lambda inputs: self._connected.resources.location(inputs),  # noqa: PLW0108 - connects late
        )
        return messages.CheckResponse(inputs=encode(checked.inputs), failures=_failures(checked.failures))

    @answers_failures
    def Diff(self, request: messages.DiffRequest, _context: grpc.ServicerContext) -> messages.DiffResponse:
        """Inputs against inputs, place by place."""
        old = decode(request.old_inputs)
        found = changes(_row(request.urn), old, decode(request.news), reveal(decode(request.olds)))
        if not found:
            return messages.DiffResponse(changes=messages.DiffResponse.DIFF_NONE)
        replaces = [change.text for change in found if change.replaces]
        return messages.DiffResponse(
            changes=messages.DiffResponse.DIFF_SOME,
            replaces=replaces,
            # As azure-native: two resources of one name can't exist at once, so the old one goes first, unless
            # chance made its name.
            deleteBeforeReplace=bool(replaces) and old.get(CREATE_BEFORE_DELETE) is not True,
            diffs=sorted({str(change.path[0]) for change in found}),
            detailedDiff={change.text: _property_diff(change) for change in found},
            hasDetailedDiff=True,
        )

    @answers_failures
    def Create(self, request: messages.CreateRequest, _context: grpc.ServicerContext) -> messages.CreateResponse:
        """A new resource; in a preview, what is known of it."""
        row, inputs = _row(request.urn), decode(request.properties)
        if request.preview:
            return messages.CreateResponse(properties=encode(preview.outputs(row, inputs)))
        state = self._connected.resources.create(row, inputs, request.timeout)
        return messages.CreateResponse(id=state.id, properties=encode(state.properties))

    @answers_failures
    def Read(self, request: messages.ReadRequest, _context: grpc.ServicerContext) -> messages.ReadResponse:
        """A refresh where the engine knows the resource's inputs, else an import. An empty reply: there is none."""
        row, inputs = _row(request.urn), decode(request.inputs)
        if inputs:
            old = decode(request.properties)
            state = self._connected.resources.refresh(row, request.id, inputs, old, request.timeout)
        else:
            state = self._connected.resources.read(row, request.id, request.timeout)
        if state is None:
            return messages.ReadResponse()
        return messages.ReadResponse(id=state.id, properties=encode(state.properties), inputs=encode(state.inputs))

    @answers_failures
    def Update(self, request: messages.UpdateRequest, _context: grpc.ServicerContext) -> messages.UpdateResponse:
        """The whole resource written anew; in a preview, what is known of it."""
        row, inputs = _row(request.urn), decode(request.news)
        if request.preview:
            return messages.UpdateResponse(properties=encode(preview.outputs(row, inputs, decode(request.olds))))
        state = self._connected.resources.update(row, request.id, inputs, request.timeout)
        return messages.UpdateResponse(properties=encode(state.properties))

    @answers_failures
    def Delete(self, request: messages.DeleteRequest, _context: grpc.ServicerContext) -> Empty:
        """Gone when this returns."""
        self._connected.resources.delete(_row(request.urn), request.id, request.timeout)
        return Empty()

    @answers_failures
    def Invoke(self, request: messages.InvokeRequest, _context: grpc.ServicerContext) -> messages.InvokeResponse:
        """A function's result, or what is wrong with its arguments."""
        result = self._connected.invokes.invoke(request.tok, decode(request.args))
        if isinstance(result, tuple):
            return messages.InvokeResponse(failures=_failures(result))
        return messages.InvokeResponse(**{"return": encode(result)})

    def _unsupported(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002 - the names are grpc's
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not supported by this stand-in for azure-native")

    Parameterize = Construct = Call = List = _unsupported


def _connect(session: "Future[AzureConnection]", configuration: Configuration, stopping: threading.Event) -> None:
    try:
        from modelyard.provider.connection import AzureConnection

        session.set_result(AzureConnection(configuration, stopping))
    except BaseException as error:  # whoever waits for the session raises it
        session.set_exception(error)


def _row(urn: str) -> ResourceType:
    token = urn.split("::", 3)[2].rpartition("$")[2]
    try:
        return by_token()[token]
    except KeyError:
        raise RequestInvalid.of("provider.type-unknown", token=token, known=sorted(by_token())) from None


def _failures(failures: Iterable[CheckFailure]) -> list[messages.CheckFailure]:
    return [messages.CheckFailure(property=failure.property, reason=failure.reason) for failure in failures]


def _property_diff(change: PropertyChange) -> messages.PropertyDiff:
    name = f"{change.kind.value}_REPLACE" if change.replaces else change.kind.value
    return messages.PropertyDiff(kind=messages.PropertyDiff.Kind.Value(name), inputDiff=True)
