"""Are there such data actions as a custom role names? Azure refuses a role with one that it doesn't know."""

from modelyard.catalog import roles
from modelyard.config.finding_collector import Collector
from modelyard.config.stack import Draft
from modelyard.config.suggestions import did_you_mean

ASK = "az provider operation show --namespace Microsoft.CognitiveServices"


def check(draft: Draft, collector: Collector) -> None:
    for key, role in draft.role_definitions.items():
        for section, actions in (("dataActions", role.data_actions), ("notDataActions", role.not_data_actions)):
            for index, action in enumerate(actions):
                if not roles.is_covered_action(action) or roles.is_listed_action(action):
                    continue
                collector.add(
                    "config.data-action-unknown",
                    ("roleDefinitions", key, section, index),
                    "the catalog has no such data action",
                    found=action,
                    remedy=did_you_mean(action, roles.data_actions(), f"make sure with `{ASK}`"),
                    of_value=True,
                )
