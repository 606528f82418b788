"""Names of what several stacks keep in one subscription: definitions, initiatives, assignments to the whole of it.

Each has the stack's name in its own, so that every one of them has one owner and no stack overwrites another's.
"""

LONGEST = 64  # of a definition's, an initiative's and an assignment's name (Microsoft's resource name rules, grade A)


def shared_name(stack: str, name: str) -> str:
    """`<stack>-<name>`; a full stop, which stacks may have and policies may not, becomes a hyphen."""
    return f"{stack.rsplit('/', 1)[-1].replace('.', '-')}-{name}"
