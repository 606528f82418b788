"""What whoever is signed in may see of ARM: documents and lists, and what isn't shown as a failure of one kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from modelyard.arm.json_path import ArmDocument
from modelyard.azure.arm_client import ArmClient, Deadline, connect
from modelyard.azure.failures import ArmFailure, AzureRefused, ScopeUnreadable
from modelyard.azure.target import Target

NOT_LISTED = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
"""Where a type isn't to be had, nothing of it is there."""


@dataclass(frozen=True, slots=True)
class ArmReader:
    """ARM as whoever is signed in sees it. `refused` are what may not be listed, each with the first such answer."""

    arm: ArmClient
    refused: dict[str, ScopeUnreadable] = field(default_factory=dict)

    def exists(self, path: str, api_version: str) -> bool:
        """Whether there is a document. Raises ScopeUnreadable."""
        return self.find(path, api_version) is not None

    def find(self, path: str, api_version: str) -> ArmDocument | None:
        """A document; None where there is none. Raises ScopeUnreadable."""
        with _readable(path):
            try:
                return self.arm.get(path, Deadline(), api_version=api_version)
            except AzureRefused as refused:
                if refused.error.status == HTTPStatus.NOT_FOUND:
                    return None
                raise

    def get(self, path: str, api_version: str) -> ArmDocument:
        """One document. Raises ScopeUnreadable."""
        with _readable(path):
            return self.arm.get(path, Deadline(), api_version=api_version)

    def list(self, path: str, api_version: str, *, optional: bool = False) -> Iterator[ArmDocument]:
        """All of a list, page after page; an `optional` one may not exist. Raises ScopeUnreadable.

        A list that has begun exists: a later page that is missing is a failure, and not its end.
        """
        begun = False
        with _readable(path):
            try:
                for each in self.arm.list(path, Deadline(), api_version=api_version):
                    begun = True
                    yield each
            except AzureRefused as refused:
                if begun or not optional or refused.error.status not in NOT_LISTED:
                    raise

    def allowed(self, path: str, api_version: str, what: str, *, one: bool = False) -> Iterator[ArmDocument]:
        """A list, or one document, without which the rest is still worth telling: a refusal is kept under `what`."""
        try:
            if one:
                yield self.get(path, api_version)
            else:
                yield from self.list(path, api_version, optional=True)
        except ScopeUnreadable as refused:
            self.refused.setdefault(what, refused)


@contextmanager
def reader(target: Target) -> Iterator[ArmReader]:
    """ARM of a target. Its requests raise NotSignedIn where nobody is signed in."""
    with connect(target) as arm:
        yield ArmReader(arm)


@contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except AzureRefused as refused:
        raise ScopeUnreadable.of("azure.unreadable", place=path, problem=str(refused.error)) from refused
    except ArmFailure as failed:
        raise ScopeUnreadable.of("azure.unreadable", place=path, problem=failed.what) from failed
