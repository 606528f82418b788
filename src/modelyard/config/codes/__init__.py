"""Every finding a stack file can earn, one module for each concern. A module's `CODES` are found by themselves."""

import importlib
import pkgutil

from modelyard.config.codes.code import Code

CODES: dict[str, Code] = {
    code.code: code
    for module in pkgutil.iter_modules(__path__)
    for code in getattr(importlib.import_module(f"{__name__}.{module.name}"), "CODES", ())
}
