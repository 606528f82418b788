"""The data plane as the sandbox serves it: `/models`, `/openai/deployments` and `/openai/v1` of every account."""

from modelyard.sandbox.inference.service import app

__all__ = ["app"]
