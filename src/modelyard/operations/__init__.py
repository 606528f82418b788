"""What commands do, as functions that return a `Report`: for a command, a pipeline step or a notebook.

Each takes an `OperationContext` and, before it, what it works on: a project and the name of a stack, a folder, a file.
Findings, checks, policy states and refused writes are in the report, and `Report.status` is the exit status of the
command of the same name. A `Failure` is raised where something keeps the operation from a result; it has a status too.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelyard.operations.adoption import adopt
    from modelyard.operations.affected_stacks import affected
    from modelyard.operations.client_code import client
    from modelyard.operations.detachment import detach
    from modelyard.operations.first_run import quickstart
    from modelyard.operations.installation import doctor, engine
    from modelyard.operations.live_inventory import inventory
    from modelyard.operations.model_bump import bump_models
    from modelyard.operations.model_catalog import search_models, show_model
    from modelyard.operations.model_retirements import retirements
    from modelyard.operations.pipeline_comment import comment
    from modelyard.operations.policy_coverage import measure_coverage
    from modelyard.operations.policy_explanation import explain_policy
    from modelyard.operations.policy_export import export_policies
    from modelyard.operations.policy_impact import impact
    from modelyard.operations.policy_list import list_policies
    from modelyard.operations.policy_pull import pull_policies
    from modelyard.operations.policy_remediation import remediate
    from modelyard.operations.policy_tests import test_policies
    from modelyard.operations.principal_tokens import token
    from modelyard.operations.quota_overview import quota
    from modelyard.operations.sandbox_control import (
        reset_sandbox,
        sandbox_assertion,
        sandbox_clock,
        sandbox_environment,
        sandbox_faults,
        sandbox_log,
        sandbox_status,
        start_sandbox,
        stop_sandbox,
    )
    from modelyard.operations.sandbox_seed import seed_sandbox
    from modelyard.operations.stack_audit import audit
    from modelyard.operations.stack_check import check, check_stacks
    from modelyard.operations.stack_deletion import destroy
    from modelyard.operations.stack_drift import drift
    from modelyard.operations.stack_preview import preview
    from modelyard.operations.stack_smoke import smoke
    from modelyard.operations.stack_update import up
    from modelyard.operations.team_project import init, render_pipeline, upgrade

__all__ = (
    "adopt",
    "affected",
    "audit",
    "bump_models",
    "check",
    "check_stacks",
    "client",
    "comment",
    "destroy",
    "detach",
    "doctor",
    "drift",
    "engine",
    "explain_policy",
    "export_policies",
    "impact",
    "init",
    "inventory",
    "list_policies",
    "measure_coverage",
    "preview",
    "pull_policies",
    "quickstart",
    "quota",
    "remediate",
    "render_pipeline",
    "reset_sandbox",
    "retirements",
    "sandbox_assertion",
    "sandbox_clock",
    "sandbox_environment",
    "sandbox_faults",
    "sandbox_log",
    "sandbox_status",
    "search_models",
    "seed_sandbox",
    "show_model",
    "smoke",
    "start_sandbox",
    "stop_sandbox",
    "test_policies",
    "token",
    "up",
    "upgrade",
)

_MODULES = {
    "adopt": "adoption",
    "affected": "affected_stacks",
    "audit": "stack_audit",
    "bump_models": "model_bump",
    "check": "stack_check",
    "comment": "pipeline_comment",
    "check_stacks": "stack_check",
    "client": "client_code",
    "destroy": "stack_deletion",
    "detach": "detachment",
    "doctor": "installation",
    "drift": "stack_drift",
    "engine": "installation",
    "explain_policy": "policy_explanation",
    "export_policies": "policy_export",
    "impact": "policy_impact",
    "init": "team_project",
    "inventory": "live_inventory",
    "list_policies": "policy_list",
    "measure_coverage": "policy_coverage",
    "preview": "stack_preview",
    "pull_policies": "policy_pull",
    "quickstart": "first_run",
    "quota": "quota_overview",
    "remediate": "policy_remediation",
    "render_pipeline": "team_project",
    "reset_sandbox": "sandbox_control",
    "retirements": "model_retirements",
    "sandbox_assertion": "sandbox_control",
    "sandbox_clock": "sandbox_control",
    "sandbox_environment": "sandbox_control",
    "sandbox_faults": "sandbox_control",
    "sandbox_log": "sandbox_control",
    "sandbox_status": "sandbox_control",
    "search_models": "model_catalog",
    "seed_sandbox": "sandbox_seed",
    "show_model": "model_catalog",
    "smoke": "stack_smoke",
    "start_sandbox": "sandbox_control",
    "stop_sandbox": "sandbox_control",
    "test_policies": "policy_tests",
    "token": "principal_tokens",
    "up": "stack_update",
    "upgrade": "team_project",
}


if not TYPE_CHECKING:  # or a type checker would take every misspelt name for one of these

    def __getattr__(name: str) -> object:
        """An operation, loaded when it is first named: a check loads nothing that only an update needs."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
