"""The fields that rules may name; one set for all definitions, which share what was looked up."""

from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields

FIELDS = Fields(aliases.standard())
