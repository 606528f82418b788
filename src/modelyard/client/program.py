"""The program for one deployment, in a language, on an API, with a credential.

A row of `LANGUAGES` names the packages; the text is the template `<language>/<api>.jinja`, or `<language>.jinja` where
one serves them all. Which of them there are is known from the templates, so a language that has no package for an API
has no template either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from modelyard.catalog.serving import Serving, serving
from modelyard.failures import Failure

if TYPE_CHECKING:
    from jinja2 import Environment

LanguageName: TypeAlias = Literal["python", "javascript", "csharp", "java", "go", "curl"]
ApiName: TypeAlias = Literal["openai-v1", "inference", "anthropic"]
Auth: TypeAlias = Literal["entra", "key"]

KEY_VARIABLE = "FOUNDRY_API_KEY"
"""Where programs read the key from: no program has it in its text."""


@dataclass(frozen=True, slots=True)
class Api:
    """One way to call the models of an account, below its host.

    `operations` are those of the catalog that it serves; `scope` is what a token is asked for; `note` is what a reader
    has to know before building on it.
    """

    path: str
    operations: tuple[str, ...]
    scope: str
    note: str = ""


AI_SCOPE = "https://ai.azure.com/.default"
"""What Microsoft's current pages name (azure-ai-docs, configure-entra-id/troubleshooting.md, A)."""

APIS: Mapping[ApiName, Api] = {
    "openai-v1": Api("/openai/v1", ("chat", "embeddings", "responses"), AI_SCOPE),
    "inference": Api(
        "/models",
        ("chat", "embeddings"),
        "https://cognitiveservices.azure.com/.default",
        "Microsoft announced the retirement of the /models route and of azure-ai-inference for 2026-08-26: write new "
        "programs with --api openai-v1",
    ),
    "anthropic": Api("/anthropic", ("messages",), AI_SCOPE),
}
"""In the order in which they are tried for a deployment when no API is named."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language: the file its program is saved as, the line that runs it, and the packages for each API."""

    file: str
    run: str
    install: str
    packages: Mapping[ApiName, str]
    entra: str
    """The package that has DefaultAzureCredential."""


LANGUAGES: Mapping[LanguageName, Language] = {
    "python": Language(
        "call.py",
        "python call.py",
        "pip install",
        {"openai-v1": "openai", "inference": "azure-ai-inference", "anthropic": "anthropic"},
        "azure-identity",
    ),
    "javascript": Language(
        "call.mjs",
        "node call.mjs",
        "npm install",
        {
            "openai-v1": "openai",
            "inference": "@azure-rest/ai-inference @azure/core-auth",
            "anthropic": "@anthropic-ai/foundry-sdk",
        },
        "@azure/identity",
    ),
    "csharp": Language(
        "Program.cs",
        "dotnet run",
        "dotnet add package",
        {"openai-v1": "OpenAI", "inference": "Azure.AI.Inference --prerelease"},
        "Azure.Identity",
    ),
    "java": Language(
        "Call.java",
        "mvn -q compile exec:java -Dexec.mainClass=Call",
        "dependencies of pom.xml:",
        {"openai-v1": "com.openai:openai-java", "inference": "com.azure:azure-ai-inference"},
        "com.azure:azure-identity",
    ),
    "go": Language(
        "main.go",
        "go run .",
        "go get",
        {"openai-v1": "github.com/openai/openai-go/v3"},
        "github.com/Azure/azure-sdk-for-go/sdk/azidentity",
    ),
    "curl": Language("call.sh", "sh call.sh", "", {"openai-v1": "", "inference": "", "anthropic": ""}, ""),
}


@dataclass(frozen=True, slots=True)
class Callee:
    """A deployment as a program sees it: the account's host (https://<account>.services.ai.azure.com), and its name."""

    host: str
    deployment: str
    model: str
    format: str
    sku: str

    @property
    def serving(self) -> Serving:
        """What the catalog says of it."""
        return serving(self.model, self.format, self.sku)

    @property
    def operation(self) -> str:
        """What it answers, in the catalog's words."""
        return self.serving.operations[0]


@dataclass(frozen=True, slots=True)
class Program:
    """A program to paste, with all that it needs to run. `scope` is empty where it uses a key."""

    language: LanguageName
    api: ApiName
    auth: Auth
    deployment: str
    endpoint: str
    scope: str
    install: tuple[str, ...]
    file: str
    run: str
    code: str
    note: str


def api_of(callee: Callee, wanted: ApiName | None = None) -> ApiName:
    """The API for a deployment: the first of APIS that serves what it answers.

    Raises `client.not-served` where none does, or not the one that is `wanted`; it says where to call instead.
    """
    known = callee.serving
    serves = [name for name, api in APIS.items() if callee.operation in api.operations]
    if "models" not in known.endpoints:
        serves = [name for name in serves if name != "inference"]
    if not serves or (wanted and wanted not in serves):
        elsewhere = f"use --api {' or '.join(serves)}" if serves else known.reason.rpartition("; ")[2]
        raise Failure.of(
            "client.not-served",
            deployment=callee.deployment,
            model=callee.model,
            sku=callee.sku,
            operation=callee.operation,
            api=f"--api {wanted}" if wanted else "any API that programs are written for",
            elsewhere=elsewhere or "see the model's page of Microsoft's documentation",
        )
    return wanted or serves[0]


def program(callee: Callee, language: LanguageName, auth: Auth, wanted: ApiName | None = None) -> Program:
    """The program. Raises `client.not-served` as `api_of` does, and `client.no-package` for a language without one."""
    api = api_of(callee, wanted)
    row = LANGUAGES[language]
    if api not in row.packages:
        others = ", ".join(name for name, one in LANGUAGES.items() if api in one.packages)
        raise Failure.of("client.no-package", language=language, api=api, others=others)
    endpoint = callee.host.rstrip("/") + APIS[api].path
    scope = APIS[api].scope if auth == "entra" else ""
    template = _environment().select_template([f"{language}/{api}.jinja", f"{language}.jinja"])
    code = template.render(
        api=api,
        auth=auth,
        endpoint=endpoint,
        scope=scope,
        deployment=callee.deployment,
        operation=callee.operation,
        key=KEY_VARIABLE,
    )
    return Program(
        language,
        api,
        auth,
        callee.deployment,
        endpoint,
        scope,
        tuple(_install(row, api, auth)),
        row.file,
        row.run,
        code,
        APIS[api].note,
    )


def _install(language: Language, api: ApiName, auth: Auth) -> Iterator[str]:
    """The lines that install the packages; none for curl."""
    packages = [language.packages[api], language.entra if auth == "entra" else ""]
    named = [package for package in packages if package]
    if not named:
        return
    if language.install.startswith("dotnet"):  # it takes one package at a time
        yield from (f"{language.install} {package}" for package in named)
    else:
        yield f"{language.install} {' '.join(named)}"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # no command but this one waits for it

    return Environment(  # noqa: S701 - programs are no HTML
        loader=PackageLoader("modelyard.client"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
