"""The wire: one row for each ARM type, resource ids, error envelopes. Pure data and string work, no network.

The rows stand in `kinds` and `plain_kinds`; `resource_types` says what a row holds and finds them. The provider, the
sandbox, drift, recovery and policy aliases read the same rows.
"""
