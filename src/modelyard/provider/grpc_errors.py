"""Failures as gRPC errors: what the engine is told when a call did not do what it was to do.

The engine takes UNKNOWN to mean that the state of the resource is not known, and other codes that nothing was done
(pulumi/sdk 3.250, resource/plugin/provider_plugin.go). ErrorResourceInitFailed in the details says what is there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from modelyard.azure.failures import AzureRefused, Cancelled
from modelyard.failures import Failure
from modelyard.provider.failures import AlreadyExists, PartlyDone, RequestInvalid
from modelyard.provider.values import encode

DETAILS = "grpc-status-details-bin"

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True)
class GrpcStatus(grpc.Status):  # type: ignore[misc]  # grpc has no types
    """A gRPC error as the server takes it."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...] | None = None


def answers_failures(handler: Handler) -> Handler:
    """Turn a failure of a call into its gRPC error; whatever else goes wrong is a fault of ours, and gRPC shows it."""

    @wraps(handler)
    def answer(service: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return handler(service, request, context)
        except Failure as failure:
            context.abort_with_status(status(failure))

    return answer  # type: ignore[return-value]  # wraps() keeps the signature, and mypy can't see that


def status(failure: Failure) -> GrpcStatus:
    """The gRPC error for a failure; its text is the whole of what the user will read."""
    text = str(failure)
    match failure:
        case PartlyDone():
            return _partly_done(failure)
        case AlreadyExists():
            return GrpcStatus(grpc.StatusCode.ALREADY_EXISTS, text)
        case Cancelled():
            return GrpcStatus(grpc.StatusCode.CANCELLED, text)
        case AzureRefused() if 400 <= failure.error.status < 500:
            return GrpcStatus(grpc.StatusCode.FAILED_PRECONDITION, text)
        case RequestInvalid():
            return GrpcStatus(grpc.StatusCode.INVALID_ARGUMENT, text)
        case _:
            return GrpcStatus(grpc.StatusCode.UNKNOWN, text)


def _partly_done(failure: PartlyDone) -> GrpcStatus:
    text = str(failure)
    detail = provider_pb2.ErrorResourceInitFailed(
        id=failure.id, properties=encode(failure.properties), inputs=encode(failure.inputs), reasons=[text]
    )
    told = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text)
    told.details.add().Pack(detail)
    return GrpcStatus(grpc.StatusCode.UNKNOWN, text, ((DETAILS, told.SerializeToString()),))
