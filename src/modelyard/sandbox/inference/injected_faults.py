"""Faults to order, as calls of deployments suffer them: an error instead of an answer, or within a stream; a late or
broken reply; limits that dip for a while, as Microsoft's docs say they may (quota).
"""

from collections.abc import Iterator

from modelyard.sandbox.faults import ONE_LINE, Fault
from modelyard.sandbox.inference.reply import InferenceReply, dumps

MARK = (b"x-modelyard-fault", b"true")
RATE_LIMITED = "Rate limit is exceeded. Try again in 1 seconds."
SOUND = Fault()
"""No trouble at all."""


class Injected(Exception):
    """Stops a call with an error that was asked for."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault

    def reply(self) -> InferenceReply:
        """The error. One that says "too many" says when to come back, like the sandbox's own."""
        fault = self.fault
        headers = {name.lower(): value for name, value in fault.headers.items()}
        if fault.status == 429 and not headers.keys() & {"retry-after", "retry-after-ms"}:
            headers |= {"retry-after": "1", "retry-after-ms": "1000"}
        wire = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        body = dumps({"error": {"code": fault.code, "message": ONE_LINE}})
        return InferenceReply(body, wire, fault.status)


def begin(fault: Fault) -> None:
    """Stop the call where the fault is an error that comes at once."""
    if fault.status and not fault.stream_events:
        raise Injected(fault)


def suffer(fault: Fault, reply: InferenceReply) -> InferenceReply:
    """The reply as the fault leaves it."""
    if fault is SOUND:
        return reply
    reply.headers.append(MARK)
    reply.late = fault.delay_seconds
    reply.first_late = fault.first_token_seconds
    if reply.events is not None and fault.stream_events:
        reply.events = _broken(reply.events, fault)
    elif fault.reset:
        reply.broken = True
    return reply


def _broken(events: Iterator[bytes], fault: Fault) -> Iterator[bytes]:
    """So many events, then an error in their midst or, as an empty event, the end of the connection.

    The Responses API, whose events have names, has a form of its own for a limit (captured in anomalyco/opencode#2244);
    that of a chat's is of grade C.
    """
    named = False
    for _, event in zip(range(fault.stream_events), events, strict=False):
        named = event.startswith(b"event:") and fault.status in (0, 429)
        yield event
    if fault.reset:
        yield b""
        return
    if named:
        said = {"type": "server_error", "code": "rate_limit_exceeded", "message": RATE_LIMITED, "param": None}
        limited = {"type": "error", "sequence_number": fault.stream_events, "error": said}
        yield b"event: error\ndata: " + dumps(limited) + b"\n\n"
        return
    code = str(fault.status or 429)
    message = "Your requests have exceeded token rate limit." if code == "429" else ONE_LINE
    yield b"data: " + dumps({"error": {"code": code, "message": message}}) + b"\n\n"
