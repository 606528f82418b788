"""Azure Resource Manager as the sandbox serves it: one file a kind, and a frame that all of them share.

service     the front door: token, api-version, rights, headers, errors     routing     paths to code
crud        PUT, PATCH, GET, list and DELETE of any kind                    kinds       what a kind says of itself
operations  long-running operations                                         versions    api-versions
answers     every refusal with the evidence for its words                   body_schema forms of bodies
scope       scopes that roles and policies are written at       policy_enforcement  policies, asked on every write
"""

from modelyard.sandbox.arm.service import app, settle

__all__ = ["app", "settle"]
