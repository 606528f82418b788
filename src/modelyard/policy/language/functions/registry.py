"""Every function that depends on its arguments alone, by its folded name."""

from collections.abc import Mapping

from modelyard.policy.language.functions import arrays, conversions, dates, logic, network, numbers, objects, strings
from modelyard.policy.language.functions.table import Function

MODULES = (arrays, conversions, dates, logic, network, numbers, objects, strings)
FUNCTIONS: Mapping[str, Function] = {each.name.lower(): each for module in MODULES for each in module.FUNCTIONS}
