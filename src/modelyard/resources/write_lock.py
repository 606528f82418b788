"""One write at a time on the children of an account, so that a refused one doesn't hold up the others.

Azure answers 409 RequestConflict to a second write on the same account. A chain of `depends_on` would serialise as
well, but then one refused deployment blocks all that come after it. So each child takes a lock in the hook before its
write and gives it back in the hook after it, or in the error hook when the write has failed for good.

Hooks run in the program's event loop; the engine calls them for several resources at once. Deletes have none before
and after them: a plain `pulumi destroy` runs no program and refuses resources with such hooks (tried with 3.250). There
children go with their account (`deleted_with`), unless `modelyard destroy` empties it first; in an `up`, deletes that
meet are tried again by the error hook.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cached_property

import pulumi
from pulumi.resource import DependencyResource

from modelyard.arm import pulumi_sentinels

# Seconds to wait before each retry: about three minutes in all, the time an account was seen to stay busy.
WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 30.0, 30.0, 30.0, 30.0)

# Captured replies: the first to a write that met another, the others from an account that is not as ready as it says.
TRANSIENT = ("RequestConflict", "AccountProvisioningStateInvalid", "in state Accepted")


def say_begun(urn: str) -> None:
    """Tell the engine, and whoever follows it, that a resource's wait is over."""
    pulumi.log.info(pulumi_sentinels.WRITING, DependencyResource(urn), ephemeral=True)


class AccountWrites:
    """The lock of one account, as hooks for the resources whose writes must not meet."""

    def __init__(
        self,
        account: str,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        begun: Callable[[str], None] = say_begun,
    ) -> None:
        self._account = account
        self._lock = asyncio.Lock()
        self._holder: str | None = None
        self._sleep = sleep
        self._begun = begun

    @cached_property
    def hooks(self) -> pulumi.ResourceHookBinding:
        """The hooks for a child's resource options; registered with the engine when first asked for."""
        before = pulumi.ResourceHook(f"modelyard:{self._account}:before-write", self.acquire)
        after = pulumi.ResourceHook(f"modelyard:{self._account}:after-write", self.release)
        return pulumi.ResourceHookBinding(
            before_create=[before],
            after_create=[after],
            before_update=[before],
            after_update=[after],
            on_error=[pulumi.ErrorHook(f"modelyard:{self._account}:failed-write", self.retry)],
        )

    async def acquire(self, arguments: pulumi.ResourceHookArgs) -> None:
        """Wait until no sibling is being written."""
        await self._lock.acquire()
        self._holder = arguments.urn
        self._begun(arguments.urn)

    async def release(self, arguments: pulumi.ResourceHookArgs | pulumi.ErrorHookArgs) -> None:
        """Let the next one write. A partly failed create meets the error hook and the after hook: only one counts."""
        if self._holder == arguments.urn:
            self._holder = None
            self._lock.release()

    async def retry(self, arguments: pulumi.ErrorHookArgs) -> bool:
        """Try a write that met another one again, with the lock if it had it; anything else has failed for good."""
        attempt = len(arguments.errors)
        if attempt <= len(WAITS) and any(word in arguments.errors[0] for word in TRANSIENT):
            await self._sleep(WAITS[attempt - 1])
            return True
        await self.release(arguments)
        return False
