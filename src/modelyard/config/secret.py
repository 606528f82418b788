"""A value that must not be seen: one encrypted leaf of a stack file."""

from typing import NoReturn


class Secret:
    """Holds a decrypted value, or nothing where only the ciphertext is at hand (`modelyard check` decrypts nothing).

    It shows its value in no representation and can't be pickled or copied into a log by accident; `reveal()` is the
    one way to it, and easy to search for.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str | None = None) -> None:
        self._value = value

    @property
    def known(self) -> bool:
        return self._value is not None

    def reveal(self) -> str:
        """The value itself. ValueError where Pulumi hasn't resolved it."""
        if self._value is None:
            raise ValueError("this secret hasn't been decrypted; only Pulumi can do that")
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value is not None and self._value == other._value

    def __hash__(self) -> int:
        return hash(Secret)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")
