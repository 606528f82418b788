"""What goes wrong while a rule is evaluated. Azure takes a failed evaluation for an implicit deny.

Source: Microsoft docs, definition-structure-policy-rule, "Avoiding template failures" (A).
"""


class EvaluationFailed(Exception):
    """A template function or a comparison that Azure would stop at; the text says which and why."""
