"""Whether a deployment answers a call at all: its model hasn't retired, and has the operation on this endpoint."""

from modelyard.sandbox.inference import chat, embeddings, responses
from modelyard.sandbox.inference.accounts import InferenceDeployment
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.reply import line
from modelyard.sandbox.inference.routes import InferenceRoute

OPERATIONS = {"chat": chat.OPERATION, "embeddings": embeddings.OPERATION}


def check(route: InferenceRoute, deployment: InferenceDeployment, *, retired: bool) -> None:
    """Refuse a call that the deployment can't answer; `retired`: its model is, on the market's day."""
    if retired:
        raise InferenceRefusal(
            "model-retired", model=deployment.model, version=deployment.version, deployment=deployment.name
        )
    if route.work == "info" or (route.work == "chat" and deployment.note):
        return
    try:
        _check_operation(route, deployment)
    except InferenceRefusal as refusal:
        if deployment.note:
            refusal.headers.append((b"x-modelyard-note", line(deployment.note)))
        raise


def _check_operation(route: InferenceRoute, deployment: InferenceDeployment) -> None:
    model, serving = deployment.model, deployment.serving
    if route.work == "responses":
        if not responses.serves(deployment):
            raise InferenceRefusal("model-not-supported")
        return
    if route.endpoint not in serving.endpoints:
        reason = serving.reason or "Call /models or /openai/v1 instead."
        raise InferenceRefusal("not-served-here", deployment=deployment.name, model=model, reason=reason)
    if route.work == "image-embeddings":
        if model not in embeddings.IMAGE_MODELS:
            raise InferenceRefusal("operation-not-supported", operation="imageEmbeddings", model=model)
    elif route.work not in serving.operations:
        note = {"x-modelyard-note": serving.reason} if serving.reason else None
        raise InferenceRefusal("operation-not-supported", operation=OPERATIONS[route.work], model=model, headers=note)
