"""Checks against live endpoints: does each deployment answer, as configured, to those who may call it, and no others?

outputs.py         what the stack says it has
check_plan.py      which questions follow from that: the checks, one row each
filters.py         those on content filters and blocklists
access.py          those on who may call
planned_check.py   one check to come
requests.py        how a question is put on each endpoint
caller.py          putting it, and asking again where Azure's own delays explain the refusal
verdicts.py        what a reply proves
session.py         all of it, concurrently, within a bound
run.py             with whose tokens
"""

from modelyard.smoke.options import Profile, SmokeOptions
from modelyard.smoke.run import TokenProvider, run

__all__ = ["Profile", "SmokeOptions", "TokenProvider", "run"]
