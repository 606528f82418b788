"""What the sandbox's model says: always the same to the same question, and who said it.

Asked nothing special it names deployment and model and repeats the beginning of the last message. `Say: …` as the last
message makes it say just that, and `Say backwards: …` the same from its end, so that a reply can hold words that its
prompt does not: what a filter for completions is tried with. Where JSON was asked for it gives JSON, by the schema.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from modelyard.sandbox.inference import conversation
from modelyard.sandbox.inference.accounts import InferenceDeployment
from modelyard.sandbox.inference.samples import sample
from modelyard.sandbox.inference.tools import Toolbox, ToolCall

QUOTED = 120  # characters of the last message that the reply repeats
SAY = re.compile(r"\s*say( backwards)?:\s*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class Wish:
    """What a reply is to be, whichever endpoint was asked.

    `asked` is the last message; `answered` says that it is the result of a function. `format` is text, json_object or
    json_schema.
    """

    asked: str
    answered: bool = False
    toolbox: Toolbox = field(default_factory=Toolbox)
    format: str = "text"
    schema: Any = None
    most: int | None = None
    stop: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What was said: words, or calls of functions; and why it ended (stop, length, tool_calls)."""

    content: str
    finish: str
    calls: tuple[ToolCall, ...] = ()

    @property
    def text(self) -> str:
        """All of it, for the content filter and the count of tokens."""
        return " ".join(call.arguments for call in self.calls) if self.calls else self.content


def say(wish: Wish, deployment: InferenceDeployment) -> Said:
    """The answer to a wish."""
    if wish.toolbox.tools:
        calls = wish.toolbox.calls(wish.asked, answered=wish.answered)
        if calls:
            # A function that was named is called without the model having decided it (OpenAI's reference, C).
            return Said("", "stop" if wish.toolbox.choice == calls[0].name else "tool_calls", calls)
    content = _content(wish, deployment)
    for stop in wish.stop:
        content = content.partition(stop)[0] if stop else content
    if wish.most is not None and conversation.tokens(len(content)) > wish.most:
        return Said(conversation.cut(content, wish.most), "length")
    return Said(content, "stop")


def _content(wish: Wish, deployment: InferenceDeployment) -> str:
    if wish.format == "json_schema":
        return json.dumps(sample(wish.schema))
    if wish.format == "json_object":
        said = {"deployment": deployment.name, "model": deployment.model, "version": deployment.version}
        return json.dumps(said)
    told = SAY.fullmatch(wish.asked)
    if told is not None:
        return told[2][::-1] if told[1] else told[2]
    return (
        f"The deployment {deployment.name} answered with {deployment.model} {deployment.version} "
        f"({deployment.format}) in the Modelyard sandbox. You wrote: {wish.asked[:QUOTED]}"
    )
