"""Failures of the sandbox itself that code catches. What it answers in Azure's name is no failure of its own."""

from modelyard.failures import Failure


class DoesNotAnswer(Failure):
    """A server process lives and holds the home, but its control API doesn't answer."""


class DamagedState(Failure):
    """The sandbox's state file can't be read."""
