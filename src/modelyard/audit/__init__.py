"""Policies against resources: those a stack file declares, a preview plans, a state holds, or a scope has.

declared.py     a resource as Pulumi knows it, as ARM would hold it
subject.py      what is looked at: the document, and where a person finds it
source.py       all of one place, and what of it can't be looked at: stack_file.py, preview.py, state.py, live.py
inspection.py   a source and the policies around it in, policy findings out: evaluation.py, policy_findings.py
"""
