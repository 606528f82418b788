"""What ARM doesn't show."""

from modelyard.failures import ExitStatus, Failure


class ScopeUnreadable(Failure):
    """Azure doesn't show something to whoever is signed in, or gives no answer; the text is its own."""

    code = "azure.unreadable"
    status = ExitStatus.REFUSED

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"this can't be read: {problem}",
            where=place,
            remedy="sign in as somebody with Reader on the scope, and see that it is spelt as Azure does",
        )
