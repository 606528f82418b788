"""The routes of the inference endpoints: what each is called, what it does, and what a token must be allowed to do.

`operation` is the path as messages about permissions state it. The data action depends on whose model is called:
roles of the OpenAI kind open OpenAI's models only (Microsoft docs, role-based access control). Captured are the
actions for OpenAI's chat (B) and embeddings (A, role definition); which action `/models` checks, nobody says (R), and
the MaaS actions are of grade C.
"""

from dataclasses import dataclass
from typing import Literal

from modelyard.sandbox.answers import Grade

Endpoint = Literal["models", "openai", "openai-v1"]
Work = Literal["chat", "embeddings", "image-embeddings", "info", "list"]

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
OPENAI_ACTIONS = {
    "chat": f"{ACCOUNTS}/OpenAI/deployments/chat/completions/action",
    "embeddings": f"{ACCOUNTS}/OpenAI/deployments/embeddings/action",
    "image-embeddings": f"{ACCOUNTS}/OpenAI/deployments/embeddings/action",
    "info": f"{ACCOUNTS}/OpenAI/models/read",
    "list": f"{ACCOUNTS}/OpenAI/models/read",
}
OTHER_ACTIONS = {
    "chat": f"{ACCOUNTS}/MaaS/chat/completions/action",
    "embeddings": f"{ACCOUNTS}/MaaS/embeddings/action",
    "image-embeddings": f"{ACCOUNTS}/MaaS/images/embeddings/action",
    "info": f"{ACCOUNTS}/MaaS/info/read",
    "list": f"{ACCOUNTS}/OpenAI/models/read",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `path` is Starlette's, `template` is how Azure's own messages write it."""

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
DOCS = "Microsoft docs, Foundry Models endpoints"

ROUTES = (
    Route("models", "POST", "/models/chat/completions", "/models/chat/completions", "chat", Grade.A, INFERENCE),
    Route("models", "POST", "/models/embeddings", "/models/embeddings", "embeddings", Grade.A, INFERENCE),
    Route(
        "models",
        "POST",
        "/models/images/embeddings",
        "/models/images/embeddings",
        "image-embeddings",
        Grade.A,
        INFERENCE,
    ),
    Route("models", "GET", "/models/info", "/models/info", "info", Grade.A, INFERENCE),
    Route(
        "openai",
        "POST",
        "/openai/deployments/{deployment}/chat/completions",
        "/openai/deployments/{deployment-id}/chat/completions",
        "chat",
        Grade.A,
        CLIENT,
    ),
    Route(
        "openai",
        "POST",
        "/openai/deployments/{deployment}/embeddings",
        "/openai/deployments/{deployment-id}/embeddings",
        "embeddings",
        Grade.A,
        CLIENT,
    ),
    Route("openai", "GET", "/openai/models", "/openai/models", "list", Grade.R, "the reply's members are recalled"),
    Route("openai-v1", "POST", "/openai/v1/chat/completions", "/openai/v1/chat/completions", "chat", Grade.A, DOCS),
    Route("openai-v1", "POST", "/openai/v1/embeddings", "/openai/v1/embeddings", "embeddings", Grade.A, DOCS),
    Route(
        "openai-v1", "GET", "/openai/v1/models", "/openai/v1/models", "list", Grade.R, "not described in the docs read"
    ),
)
