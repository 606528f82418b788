"""The fields that rules may name, from ARM's table; one set for all definitions, which share what was looked up."""

from modelyard.arm.table import rows
from modelyard.policy import aliases
from modelyard.policy.fields import Fields

FIELDS = Fields(aliases.from_rows(rows()))
