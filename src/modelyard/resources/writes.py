"""One write at a time on the children of an account, so that a refused one doesn't hold up the others.

Azure answers 409 RequestConflict to a second write on the same account. A chain of `depends_on` would serialise as
well, but then one refused deployment blocks all that come after it. So each child takes a lock in the hook before its
write and gives it back in the hook after it, or in the error hook when the write has failed for good.

Hooks run in the program's event loop; the engine calls them for several resources at once. They don't run under
`pulumi destroy`, where children carry `deleted_with` and need no write of their own.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pulumi

# Seconds to wait before each retry: about three minutes in all, the time an account was seen to stay busy.
WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 30.0, 30.0, 30.0, 30.0)

# Captured replies: the first from another write on the account, the second from an account that says it is done but isn't.
TRANSIENT = ("RequestConflict", "AccountProvisioningStateInvalid", "in state Accepted")


class AccountWrites:
    """The lock of one account, as hooks for the resources whose writes must not meet."""

    def __init__(self, account: str, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._lock = asyncio.Lock()
        self._holder: str | None = None
        self._sleep = sleep
        self._before = pulumi.ResourceHook(f"modelyard:{account}:before-write", self.acquire)
        self._after = pulumi.ResourceHook(f"modelyard:{account}:after-write", self.release)
        self._failed = pulumi.ErrorHook(f"modelyard:{account}:failed-write", self.retry)

    @property
    def hooks(self) -> pulumi.ResourceHookBinding:
        """The hooks for a child's resource options."""
        return pulumi.ResourceHookBinding(
            before_create=[self._before],
            after_create=[self._after],
            before_update=[self._before],
            after_update=[self._after],
            before_delete=[self._before],
            after_delete=[self._after],
            on_error=[self._failed],
        )

    async def acquire(self, arguments: pulumi.ResourceHookArgs) -> None:
        """Wait until no sibling is being written."""
        await self._lock.acquire()
        self._holder = arguments.urn

    async def release(self, arguments: pulumi.ResourceHookArgs | pulumi.ErrorHookArgs) -> None:
        """Let the next one write. A partly failed create meets the error hook and the after hook: only one counts."""
        if self._holder == arguments.urn:
            self._holder = None
            self._lock.release()

    async def retry(self, arguments: pulumi.ErrorHookArgs) -> bool:
        """Try a write that met another one again, lock in hand; anything else has failed for good."""
        attempt = len(arguments.errors)
        if attempt <= len(WAITS) and any(word in arguments.errors[0] for word in TRANSIENT):
            await self._sleep(WAITS[attempt - 1])
            return True
        await self.release(arguments)
        return False
