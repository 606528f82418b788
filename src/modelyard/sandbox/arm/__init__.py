"""Azure Resource Manager as the sandbox serves it: one file a kind, and a frame that all of them share.

service     the front door: token, api-version, rights, headers, errors     routing     paths to code
core        PUT, PATCH, GET, list and DELETE of any kind                    kinds       what a kind says of itself
operations  long-running operations                                        settling    what time brings about
answers     every refusal with the evidence for its words                  versions    api-versions
scope       scopes that roles and policies are written at       policy_enforcement  policies, asked on every write
"""

from modelyard.sandbox.arm.due_operations import settle
from modelyard.sandbox.arm.service import app

__all__ = ["app", "settle"]
