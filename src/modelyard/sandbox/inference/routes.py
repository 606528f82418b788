"""The routes of the inference endpoints: what each is called, what it does, and what a token must be allowed to do.

`operation` is the path as messages about permissions state it. The data action depends on whose model is called:
roles of the OpenAI kind open OpenAI's models only (Microsoft docs, role-based access control). Captured are the
actions for OpenAI's chat and for making a response (B) and embeddings (A, role definition); which action `/models`
checks, and which reading a response, nobody says (R), and the MaaS actions are of grade C.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from modelyard.sandbox.answers import Grade

Endpoint = Literal["models", "openai", "openai-v1"]
Work = Literal[
    "chat", "embeddings", "image-embeddings", "info", "list", "listed", "responses", "response", "response-removal"
]

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
OPENAI_ACTIONS = {
    "chat": f"{ACCOUNTS}/OpenAI/deployments/chat/completions/action",
    "embeddings": f"{ACCOUNTS}/OpenAI/deployments/embeddings/action",
    "image-embeddings": f"{ACCOUNTS}/OpenAI/deployments/embeddings/action",
    "info": f"{ACCOUNTS}/OpenAI/models/read",
    "list": f"{ACCOUNTS}/OpenAI/models/read",
    "listed": f"{ACCOUNTS}/OpenAI/models/read",
    "responses": f"{ACCOUNTS}/OpenAI/responses/write",
    "response": f"{ACCOUNTS}/OpenAI/responses/read",
    "response-removal": f"{ACCOUNTS}/OpenAI/responses/delete",
}
OTHER_ACTIONS = {
    **OPENAI_ACTIONS,
    "chat": f"{ACCOUNTS}/MaaS/chat/completions/action",
    "embeddings": f"{ACCOUNTS}/MaaS/embeddings/action",
    "image-embeddings": f"{ACCOUNTS}/MaaS/images/embeddings/action",
    "info": f"{ACCOUNTS}/MaaS/info/read",
}


@dataclass(frozen=True, slots=True)
class InferenceRoute:
    """One route. A call names what {} in `path` stands for; `template` is how Azure's messages write the path."""

    endpoint: Endpoint
    method: str
    path: str
    template: str
    work: Work
    grade: Grade
    source: str

    @property
    def operation(self) -> str:
        """As a message about permissions names it."""
        return f"{self.method} {self.template}"

    def action(self, model_format: str | None) -> str:
        """The data action for a model of this format; None where there is no such deployment."""
        openai = self.endpoint != "models" if model_format is None else model_format == "OpenAI"
        return (OPENAI_ACTIONS if openai else OTHER_ACTIONS)[self.work]


INFERENCE = "azure-ai-inference 1.0.0b9, _operations.py"
CLIENT = "openai 3.54, lib/azure.py"
REFERENCE = "Microsoft docs, REST reference of Azure OpenAI, models"
DOCS = "Microsoft docs, Foundry Models endpoints"
OPENAI_API = "openai 3.54, resources/responses; that Azure serves it is not described in the docs read"

ROUTES = (
    InferenceRoute(
        "models", "POST", "/models/chat/completions", "/models/chat/completions", "chat", Grade.A, INFERENCE
    ),
    InferenceRoute("models", "POST", "/models/embeddings", "/models/embeddings", "embeddings", Grade.A, INFERENCE),
    InferenceRoute(
        "models",
        "POST",
        "/models/images/embeddings",
        "/models/images/embeddings",
        "image-embeddings",
        Grade.A,
        INFERENCE,
    ),
    InferenceRoute("models", "GET", "/models/info", "/models/info", "info", Grade.A, INFERENCE),
    InferenceRoute(
        "openai",
        "POST",
        "/openai/deployments/{deployment}/chat/completions",
        "/openai/deployments/{deployment-id}/chat/completions",
        "chat",
        Grade.A,
        CLIENT,
    ),
    InferenceRoute(
        "openai",
        "POST",
        "/openai/deployments/{deployment}/embeddings",
        "/openai/deployments/{deployment-id}/embeddings",
        "embeddings",
        Grade.A,
        CLIENT,
    ),
    InferenceRoute("openai", "GET", "/openai/models", "/openai/models", "list", Grade.A, REFERENCE),
    InferenceRoute(
        "openai-v1", "POST", "/openai/v1/chat/completions", "/openai/v1/chat/completions", "chat", Grade.A, DOCS
    ),
    InferenceRoute("openai-v1", "POST", "/openai/v1/embeddings", "/openai/v1/embeddings", "embeddings", Grade.A, DOCS),
    InferenceRoute("openai-v1", "GET", "/openai/v1/models", "/openai/v1/models", "list", Grade.A, REFERENCE),
    InferenceRoute(
        "openai",
        "GET",
        "/openai/models/{model}",
        "/openai/models/{model-id}",
        "listed",
        Grade.A,
        REFERENCE,
    ),
    InferenceRoute(
        "openai-v1",
        "GET",
        "/openai/v1/models/{model}",
        "/openai/v1/models/{model-id}",
        "listed",
        Grade.R,
        "openai 3.54 calls it; not described in the docs read",
    ),
    InferenceRoute("openai-v1", "POST", "/openai/v1/responses", "/openai/v1/responses", "responses", Grade.A, DOCS),
    InferenceRoute("openai", "POST", "/openai/responses", "/openai/responses", "responses", Grade.A, CLIENT),
    InferenceRoute(
        "openai-v1",
        "GET",
        "/openai/v1/responses/{response}",
        "/openai/v1/responses/{response-id}",
        "response",
        Grade.C,
        OPENAI_API,
    ),
    InferenceRoute(
        "openai-v1",
        "DELETE",
        "/openai/v1/responses/{response}",
        "/openai/v1/responses/{response-id}",
        "response-removal",
        Grade.C,
        OPENAI_API,
    ),
)


ELSEWHERE = re.compile(
    r"/openai/deployments/[^/]+/(completions|audio/\w+|images/\w+|extensions/.+)"
    r"|/openai/(v1/)?(audio|batches|completions|containers|conversations|evals|files|fine_tuning|images|moderations"
    r"|realtime|threads|assistants|uploads|vector_stores|videos)(/.*)?"
    r"|/openai/(v1/)?responses/[^/]+(/\w+)?"
    r"|/anthropic/.+|/models/images/generations"
)
"""Operations that Azure has by its docs and by openai 3.54's resources, and the sandbox hasn't. Whoever calls one is
told so, instead of that it doesn't exist."""


def _matcher() -> Callable[[str, str], tuple[InferenceRoute, str | None] | None]:
    exact = {(route.method, route.path): route for route in ROUTES if "{" not in route.path}
    patterns = [
        (route.method, re.compile(re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(route.path))), route)
        for route in ROUTES
        if "{" in route.path
    ]

    def match(method: str, path: str) -> tuple[InferenceRoute, str | None] | None:
        route = exact.get((method, path))
        if route is not None:
            return route, None
        for allowed, pattern, candidate in patterns:
            if method == allowed and (found := pattern.fullmatch(path)):
                return candidate, found[1]
        return None

    return match


match = _matcher()
"""The route of a request by method and path, with what it names in its path; None where there is no such route."""
