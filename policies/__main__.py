"""Judges what a stack would make by Azure's policies: `pulumi preview --policy-pack policies`."""

import os
from pathlib import Path

from pulumi_policy import PolicyPack

from modelyard.audit.pack import Pack
from modelyard.config.project import Project

PolicyPack("modelyard", Pack(Project.find(Path()), os.environ).policies())
