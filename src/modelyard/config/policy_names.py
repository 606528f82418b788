"""Names and places of what several stacks keep at one scope: definitions, initiatives, assignments to the whole of it.

Each has the stack's name in its own, so that every one of them has one owner and no stack overwrites another's. A
definition is found by assignments at its own scope and below, so one for a management group has to stand there.
"""

LONGEST = 64  # of a definition's, an initiative's and an assignment's name (Microsoft's resource name rules, grade A)
LONGEST_AT_GROUP = 24  # of an assignment's at a management group (the same rules, grade A)
DIGITS = 8

GROUPS = "managementGroups/"
"""What a scope begins with that is a management group's name."""

SUBSCRIPTION = "subscription"


def shared_name(stack: str, name: str) -> str:
    """`<stack>-<name>`; a full stop, which stacks may have and policies may not, becomes a hyphen."""
    return f"{stack.rsplit('/', 1)[-1].replace('.', '-')}-{name}"


def assignment_name(stack: str, key: str, scope: str) -> str:
    """The name of the entry's assignment: its key on the stack's own group, elsewhere one that no other stack has.

    At a management group few characters are left, so what is too long ends in a digest of the whole.
    """
    if scope == "resourceGroup":
        return key
    name = shared_name(stack, key)
    if not scope.startswith(GROUPS) or len(name) <= LONGEST_AT_GROUP:
        return name
    from hashlib import sha256  # it loads OpenSSL, and hardly any name is so long

    return f"{name[: LONGEST_AT_GROUP - DIGITS - 1]}-{sha256(name.encode()).hexdigest()[:DIGITS]}"


def home(scope: str) -> str:
    """Where the definitions stand that an assignment at this scope uses."""
    return scope if scope.startswith(GROUPS) else SUBSCRIPTION


def exemption_name(stack: str, key: str, scope: str) -> str:
    """The name of the entry's exemption: its key on what the stack owns, elsewhere one that no other stack has."""
    return key if scope == "account" else assignment_name(stack, key, scope)


def width(scope: str) -> int:
    """How much a scope covers, to be compared: an account the least, a management group the most."""
    return 3 if scope.startswith(GROUPS) else ("account", "resourceGroup", SUBSCRIPTION).index(scope)
