"""What a stack's outputs say that it has: endpoints, deployments, and keys where they are on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm.translation import PropertyMap
from modelyard.catalog.serving import ENDPOINTS, Serving, serving
from modelyard.failures import Failure


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment as configured. Limits are a minute's, None where ARM states none."""

    name: str
    model: str
    version: str
    format: str
    sku: str
    endpoints: tuple[str, ...]
    tokens_per_minute: int | None = None
    requests_per_minute: int | None = None
    content_filter: str = ""
    spillover: str = ""

    @property
    def serving(self) -> Serving:
        """What the catalog says of it."""
        return serving(self.model, self.format, self.sku)


@dataclass(frozen=True, slots=True)
class StackFilter:
    """A content filter of the stack: the blocklists it attaches, and what it says of prompts and completions.

    `refuses` are those of the blocklists that block prompts; others only annotate, or look at completions.
    """

    name: str
    blocklists: tuple[str, ...]
    refuses: tuple[str, ...]
    prompt: tuple[str, ...]
    completion: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outputs:
    """A stack, ready to be asked. `urls` are by the name of the endpoint, in the order of ENDPOINTS;
    `keys` never show in a repr.

    `filters` and `samples` are there where the stack exports them: its content filters, and for each blocklist an entry
    that is no expression, to be tried. `missing` are deployments that should be there and aren't; `keys_lost` says that
    keys are on and nobody knows them.
    """

    account: str
    urls: Mapping[str, str]
    deployments: tuple[Deployed, ...]
    filters: Mapping[str, StackFilter] = field(default_factory=dict)
    samples: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = field(default=(), repr=False)
    missing: tuple[str, ...] = ()
    keys_lost: bool = False


def read(outputs: PropertyMap) -> Outputs:
    """The stack outputs as the program exports them; `smoke.missing-output` where what is needed to ask anything is
    absent.
    """
    openai = str(outputs.get("openaiEndpoint") or "").rstrip("/")
    urls = {
        "openai-v1": f"{openai}/openai/v1" if openai else "",
        "openai": f"{openai}/openai/deployments" if openai else "",
        "models": str(outputs.get("inferenceEndpoint") or "").rstrip("/"),
    }
    urls = {name: url for name, url in urls.items() if url}
    if not urls:
        raise Failure.of("smoke.missing-output", name="inferenceEndpoint")
    if outputs.get("deployments") is None:
        raise Failure.of("smoke.missing-output", name="deployments")
    return Outputs(
        account=str(outputs.get("accountName") or ""),
        urls=urls,
        deployments=tuple(_deployed(name, entry) for name, entry in sorted(outputs["deployments"].items())),
        filters={name: _filter(name, entry) for name, entry in sorted((outputs.get("contentFilters") or {}).items())},
        samples={
            name: str(entry["sample"])
            for name, entry in sorted((outputs.get("blocklists") or {}).items())
            if entry and entry.get("sample")
        },
        keys=_keys(outputs.get("keys")),
    )


def _filter(name: str, entry: Mapping[str, Any]) -> StackFilter:
    categories = entry.get("categories") or {}
    return StackFilter(
        name,
        tuple(entry.get("blocklists") or ()),
        tuple(entry["refuses"] if "refuses" in entry else entry.get("blocklists") or ()),
        tuple(categories.get("prompt") or ()),
        tuple(categories.get("completion") or ()),
    )


def _deployed(name: str, entry: Mapping[str, Any]) -> Deployed:
    model, format_, sku = str(entry["model"]), str(entry.get("format") or "OpenAI"), str(entry.get("sku") or "")
    served = entry.get("endpoints")
    endpoints = serving(model, format_, sku).endpoints if served is None else served
    return Deployed(
        name=name,
        model=model,
        version=str(entry.get("version") or ""),
        format=format_,
        sku=sku,
        endpoints=tuple(name for name in ENDPOINTS if name in endpoints),
        tokens_per_minute=_whole(entry.get("tokensPerMinute")),
        requests_per_minute=_whole(entry.get("requestsPerMinute")),
        content_filter=str(entry.get("contentFilter") or ""),
        spillover=str(entry.get("spilloverDeploymentName") or ""),
    )


def _whole(figure: float | None) -> int | None:
    return None if figure is None else int(figure)


def _keys(keys: object) -> tuple[str, ...]:
    """Keys come as a map (key1, key2) or a list."""
    if isinstance(keys, Mapping):
        keys = list(keys.values())
    return tuple(str(key) for key in keys if key) if isinstance(keys, list) else ()
