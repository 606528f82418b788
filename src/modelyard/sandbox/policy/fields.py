"""The fields that rules may name, from ARM's table; one set for all definitions, which share what was looked up."""

from modelyard.arm.resource_types import rows
from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields

FIELDS = Fields(aliases.from_rows(rows()))
