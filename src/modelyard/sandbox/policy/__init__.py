"""Azure Policy at work in the local Azure: which definitions there are, which assignments rule, what they say.

`modelyard.policy` evaluates; this room hands it the store's documents, the surroundings and the time. It knows nothing
of HTTP: `arm.policy_enforcement` and `arm.policy_states` ask it and answer in ARM's words.
"""
