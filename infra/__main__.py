"""Declares the stack that Pulumi was asked for, from its file in stacks/."""

import pulumi

from modelyard.resources.program import configuration
from modelyard.resources.yard import Yard

for name, value in Yard("yard", configuration()).outputs.items():
    pulumi.export(name, value)
