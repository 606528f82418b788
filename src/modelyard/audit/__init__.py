"""Policies against resources: those a stack file declares, a preview plans, a state holds, or a scope has.

declared.py     a resource as Pulumi knows it, as ARM would hold it
subject.py      what is looked at: the document, and where a person finds it
evaluation.py   a rulebook and subjects in, rulings out
"""
