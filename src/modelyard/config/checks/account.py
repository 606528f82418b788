"""What a reader of the stack should know about its account."""

from modelyard.config.collector import Collector
from modelyard.config.stack import Draft


def check(draft: Draft, collector: Collector) -> None:
    if draft.account is not None and not draft.account.disable_local_auth:
        collector.add(
            "config.keys-on",
            ("account", "disableLocalAuth"),
            "keys are on: whoever holds one has access",
            found="disableLocalAuth: false",
            remedy="leave it out where clients can use Entra tokens",
            of_value=True,
        )
