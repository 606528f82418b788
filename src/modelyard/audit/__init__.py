"""Policies against resources: those a stack file declares, a preview plans, a state holds, or a scope has.

audited_resource.py  one resource under evaluation: its document, and the key of the stack file that declares it
source.py            all of one place, and what of it can't be evaluated; preview.py, state.py, live_scope.py read one
inspection.py        a source and the policies around it in, policy findings out: evaluation.py, policy_findings.py
"""
