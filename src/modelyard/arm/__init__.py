"""The wire: one row for each ARM type, resource ids, error envelopes. Pure data and string work, no network.

A row is the `ROW` of a module named after its kind (`deployment.py`); `table.py` says what a row holds and finds them.
The provider, the sandbox, drift, recovery and policy aliases read the same rows.
"""
