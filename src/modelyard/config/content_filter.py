"""Content filters: RAI policies of the account, which deployments name.

Which filters there are at which point of a conversation, and which of them grade severity, is the catalog's to say; the
models of the points are made from it, so that an unknown or a misplaced filter is found like any other key.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from modelyard.catalog.content_filters import by_source
from modelyard.config.naming_rules import BlocklistName, Tags
from modelyard.config.scalar import Flag, as_text
from modelyard.config.strict_model import StrictModel

Severity = Annotated[Literal["Low", "Medium", "High"], BeforeValidator(as_text)]
Mode = Annotated[Literal["Default", "Blocking", "Asynchronous_filter", "Deferred"], BeforeValidator(as_text)]
Action = Annotated[Literal["None", "BLOCKING", "ANNOTATING", "HITL", "RETRY"], BeforeValidator(as_text)]
Base = Annotated[Literal["Microsoft.DefaultV2", "Microsoft.Default"], BeforeValidator(as_text)]
Source = Annotated[Literal["Prompt", "Completion"], BeforeValidator(as_text)]


class Switch(StrictModel):
    """One filter at one point: it finds something or it doesn't."""

    enabled: Flag = Field(default=True, description="Whether the filter looks at all.")
    blocking: Flag = Field(default=True, description="Whether what it finds is blocked; otherwise only annotated.")
    action: Action | None = Field(
        default=None, description="ARM's action, for agents (preview); Azure decides when not given."
    )

    @model_validator(mode="before")
    @classmethod
    def severity_has_its_place(cls, written: Any) -> Any:
        if "severity_threshold" not in cls.model_fields and isinstance(written, dict):
            for key in written:
                if key.lower().startswith("severity"):
                    raise PydanticCustomError(
                        "config.filter-without-severity",
                        "this filter finds something or doesn't; it grades no severity",
                        {"found": key, "allowed": "enabled, blocking, action", "remedy": f"take {key} out"},
                    )
        return written


class Graded(Switch):
    """A filter that grades what it finds, and acts from a severity on."""

    severity_threshold: Severity = Field(
        default="Medium", description="The lowest severity it acts on; Low is the strictest."
    )


def _filters_at(source: str) -> Any:
    """The model of one point of a conversation: a key for each filter that the catalog knows there."""
    fields: dict[str, Any] = {
        each.key: (
            (Graded if each.has_severity else Switch) | None,
            Field(default=None, description=f"ARM's filter {each.arm_name!r} (grade {each.grade})."),
        )
        for each in by_source()[source].values()
    }
    return create_model(
        f"{source}Filters", __base__=StrictModel, __doc__=f"Filters with ARM's source {source}.", **fields
    )


if TYPE_CHECKING:
    PromptFilters: TypeAlias = StrictModel
    CompletionFilters: TypeAlias = StrictModel
    PreToolCallFilters: TypeAlias = StrictModel
    PostToolCallFilters: TypeAlias = StrictModel
    PreRunFilters: TypeAlias = StrictModel
    PostRunFilters: TypeAlias = StrictModel
else:
    PromptFilters = _filters_at("Prompt")
    CompletionFilters = _filters_at("Completion")
    PreToolCallFilters = _filters_at("PreToolCall")
    PostToolCallFilters = _filters_at("PostToolCall")
    PreRunFilters = _filters_at("PreRun")
    PostRunFilters = _filters_at("PostRun")

POINTS = {
    "Prompt": "prompt",
    "Completion": "completion",
    "PreToolCall": "pre_tool_call",
    "PostToolCall": "post_tool_call",
    "PreRun": "pre_run",
    "PostRun": "post_run",
}


class BlocklistUse(StrictModel):
    """How a content filter uses a blocklist."""

    source: Source | None = Field(default=None, description="Where it applies; prompt and completion when not given.")
    blocking: Flag = Field(default=True, description="Whether a hit is blocked; otherwise only annotated.")


def _as_uses(written: Any) -> Any:
    """A list of names as the map it is short for."""
    if not isinstance(written, tuple):
        return written
    names = [getattr(name, "text", name) for name in written]
    for name in names:
        if not isinstance(name, str) or names.count(name) > 1:
            raise PydanticCustomError(
                "config.wrong-type",
                "a list of blocklists names each once",
                {"found": ", ".join(map(str, names)), "allowed": "names of blocklists, or a map by name"},
            )
    return {name: {} for name in names}


Uses = Annotated[
    dict[BlocklistName, BlocklistUse],
    BeforeValidator(_as_uses, json_schema_input_type=tuple[BlocklistName, ...] | dict[BlocklistName, BlocklistUse]),
]


@dataclass(frozen=True, slots=True)
class FilterRule:
    """One filter as ARM takes it. `blocking` and `source` are needed on every one."""

    key: str
    name: str
    source: str
    severity_threshold: str | None
    blocking: bool
    enabled: bool
    action: str | None


class ContentFilter(StrictModel):
    """One entry of `modelyard:contentFilters`. What it doesn't name is as its base policy has it."""

    mode: Mode = Field(
        default="Default",
        description="How results are held back: Asynchronous_filter streams on and filters what has gone out.",
    )
    base_policy_name: Base = Field(
        default="Microsoft.DefaultV2", description="The system's policy that this one builds on."
    )
    prompt: PromptFilters | None = Field(default=None, description="Filters for what users send.")
    completion: CompletionFilters | None = Field(default=None, description="Filters for what models answer.")
    pre_tool_call: PreToolCallFilters | None = Field(
        default=None, description="Filters for what an agent sends to a tool (preview)."
    )
    post_tool_call: PostToolCallFilters | None = Field(
        default=None, description="Filters for what a tool returns to an agent (preview)."
    )
    pre_run: PreRunFilters | None = Field(default=None, description="Filters before an agent runs (preview).")
    post_run: PostRunFilters | None = Field(default=None, description="Filters after an agent has run (preview).")
    blocklists: Uses = Field(default={}, description="Blocklists that apply: a list of names, or a map by name.")
    tags: Tags = Field(default={}, description="Tags of the content filter, added to the stack's.")

    def rules(self) -> Iterator[FilterRule]:
        """Every filter that is written, in the order of a conversation."""
        for source, attribute in POINTS.items():
            point = getattr(self, attribute)
            for key in type(point).model_fields if point is not None else ():
                written = getattr(point, key)
                if written is not None:
                    yield FilterRule(
                        key=key,
                        name=by_source()[source][key].arm_name,
                        source=source,
                        severity_threshold=getattr(written, "severity_threshold", None),
                        blocking=written.blocking,
                        enabled=written.enabled,
                        action=written.action,
                    )
