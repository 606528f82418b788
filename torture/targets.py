"""What is tried: five ways in, each with good examples and with what it is asked.

Exceptions that are ours are told to a user as they are (`Failure`), or to a client (`TooLarge`); those end an input in
order. So does every reply but one of status 500.
"""

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import load
from modelyard.config.project import Project
from modelyard.epac import jsonc, reader
from modelyard.failures import Failure
from modelyard.policy.documents.definition import Definition
from modelyard.policy.language.aliases import standard
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.sandbox import inference, seed_data
from modelyard.sandbox.arm.service import Received, begin, response
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.request_body import TooLarge

HERE = Path(__file__).parent.parent
CASES = Path(__file__).parent / "requests.json"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SUBSCRIPTION = "/subscriptions/5a9db0c5-0000-4000-8000-000000000001"
ACCOUNT = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/ai"

Act = Callable[[Any], None]


class ServerError(Exception):
    """A reply of status 500, or one that is no JSON."""


@dataclass(frozen=True)
class Target:
    """One way in. `examples` are taken as they are; `text` gives what of an input may be garbled, `put` sets it."""

    name: str
    examples: Callable[[], list[Any]]
    opened: Callable[[], Any]
    text: Callable[[Any], str] = json.dumps
    put: Callable[[Any, str], Any] = lambda _, text: text


# --- stack files -----------------------------------------------------------------------------------------------------


def _stack_examples() -> list[Any]:
    files = sorted((HERE / "tests" / "examples" / "valid").glob("*.yaml")) + sorted((HERE / "stacks").glob("*.yaml"))
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]


def _yaml(document: Any) -> str:
    return str(yaml.dump(document, allow_unicode=True, sort_keys=False))


@contextmanager
def _stack_files() -> Iterator[Act]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "Pulumi.yaml").write_text("name: tried\nruntime: python\nmain: infra\nstackConfigDir: stacks\n")
        (root / "stacks").mkdir()
        project, market = Project.find(root), Market.load()
        calendar = Calendar(NOW, market.date)

        def act(given: Any) -> None:
            try:
                text = given if isinstance(given, str) else _yaml(given)
            except RecursionError:  # what can't be written is no file
                return
            (root / "stacks" / "Pulumi.dev.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
            with suppress(Failure):
                for finding in load(project, "dev", calendar=calendar, market=market).findings:
                    str(finding)

        yield act


# --- policies --------------------------------------------------------------------------------------------------------


def _policy_examples() -> list[Any]:
    own = HERE / "src" / "modelyard" / "policy" / "definitions"
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(own.glob("*.json"))]


@contextmanager
def _policies() -> Iterator[Act]:
    fields = Fields(standard())
    requests = json.loads(CASES.read_text(encoding="utf-8"))["arm"]
    documents = [
        {"id": f"{ACCOUNT}{each['path'].partition('{account}')[2]}", "type": each["type"], "name": "a", **each["body"]}
        for each in requests
        if "type" in each
    ]

    def act(given: Any) -> None:
        document = json.loads(given) if isinstance(given, str) else given
        with suppress(Failure):
            definition = Definition.load(document, fields, name="tried", open_parameters=True)
            bound = definition.bind({})
            for each in documents:
                result = bound.evaluate(EvaluatedResource(each, EvaluationContext(now=NOW)))
                str(result)

    def told(given: Any) -> None:
        with suppress(json.JSONDecodeError):
            act(given)

    yield told


# --- ARM -------------------------------------------------------------------------------------------------------------


def _requests(name: str) -> list[Any]:
    return list(json.loads(CASES.read_text(encoding="utf-8"))[name])


class _Undone(Exception):
    """Ends a transaction, so that every request meets the same Azure."""


def _azure() -> LocalAzure:
    azure = LocalAzure.open()
    azure.delays = {}
    seed_data.seed(azure, client_id="2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", client_secret="a secret")
    return azure


@contextmanager
def _arm() -> Iterator[Act]:
    azure = _azure()
    token = tokens.issue(azure, seed_data.object_id("pipeline"), "https://management.azure.com")
    headers = {"authorization": f"Bearer {token}"}

    def send(given: Any) -> int:
        document = given if isinstance(given, dict) else {}
        path = _path(document.get("path"))
        query = {"api-version": str(document.get("version") or "2025-06-01")}
        body = document.get("body")
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else json.dumps(body).encode()
        method = str(document.get("method") or "PUT")
        try:
            received = Received(method, path, query, headers, raw)
            reply = response(azure, received, begin(azure, received))
        except TooLarge:
            return 413
        if reply.status_code >= 500:
            raise ServerError(f"{reply.status_code}: {bytes(reply.body)[:300]!r}")
        if reply.body:
            json.loads(bytes(reply.body), parse_constant=_no_constant)
        return reply.status_code

    for example in _requests("arm"):
        if (status := send(example)) >= 300:
            raise ServerError(f"an example is refused with {status}: {example['path']}")

    def act(given: Any) -> None:
        with suppress(_Undone), azure.store.transaction():
            send(given)
            raise _Undone

    yield act
    azure.store.close()


def _path(written: object) -> str:
    return str(written or "/").replace("{account}", ACCOUNT).replace("{subscription}", SUBSCRIPTION)


def _no_constant(word: str) -> Any:
    raise ServerError(f"{word} in a reply")


# --- inference -------------------------------------------------------------------------------------------------------


@contextmanager
def _inference() -> Iterator[Act]:
    azure = _azure()
    token = tokens.issue(azure, seed_data.object_id("pipeline"), "https://management.azure.com")
    for example in _requests("arm"):
        path = _path(example["path"])
        query = {"api-version": example["version"]}
        begin(
            azure,
            Received("PUT", path, query, {"authorization": f"Bearer {token}"}, json.dumps(example["body"]).encode()),
        )
    bearer = tokens.issue(azure, seed_data.object_id("pipeline"), "https://cognitiveservices.azure.com")
    app = inference.app(azure)
    head = [(b"host", b"ai.openai.azure.com"), (b"authorization", f"Bearer {bearer}".encode())]
    loop = asyncio.new_event_loop()

    def act(given: Any) -> None:
        document = given if isinstance(given, dict) else {}
        body = document.get("body")
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else json.dumps(body).encode()
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": str(document.get("path")),
            "query_string": b"api-version=2025-04-01-preview",
            "headers": head,
            "client": ("127.0.0.1", 1),
        }
        loop.run_until_complete(app(scope, receive, send))
        if sent[0]["status"] >= 500:
            raise ServerError(f"{sent[0]['status']}: {sent[1]['body'][:300]!r}")
        for message in sent[1:]:
            for line in message["body"].decode().split("\n\n"):
                said = line.rpartition("data: ")[2].strip()
                if said and said != "[DONE]":
                    json.loads(said, parse_constant=_no_constant)

    for example in _requests("inference"):
        act(example)
    yield act
    loop.close()
    azure.store.close()


# --- EPAC ------------------------------------------------------------------------------------------------------------


def _epac_examples() -> list[Any]:
    folder = HERE / "tests" / "examples" / "epac"
    found: dict[str, Any] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            path = file.relative_to(folder).as_posix()
            found[path] = text if file.suffix == ".csv" else jsonc.loads(text)
    return [found]


@contextmanager
def _epac() -> Iterator[Act]:
    def act(given: Any) -> None:
        files = {
            str(path): content if isinstance(content, str) else json.dumps(content)
            for path, content in (given.items() if isinstance(given, dict) else ())
        }
        with suppress(Failure):
            for refused in reader.read(files, "tenant", "tried").refused:
                str(refused)

    yield act


def _body(given: Any) -> str:
    return json.dumps(given.get("body"))


def _garbled_member(given: Any, text: str) -> Any:
    return {**given, "body": text}


TARGETS = (
    Target("stack", _stack_examples, _stack_files, _yaml),
    Target("policy", _policy_examples, _policies),
    Target("arm", lambda: _requests("arm"), _arm, lambda given: json.dumps(given.get("body")), _garbled_member),
    Target(
        "inference",
        lambda: _requests("inference"),
        _inference,
        lambda given: json.dumps(given.get("body")),
        _garbled_member,
    ),
    Target("epac", _epac_examples, _epac, lambda _: "", lambda given, _: given),
)
