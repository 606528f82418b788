"""What content filters and blocklists declare, and in which order they come to be."""

from collections.abc import Callable
from typing import Any

import pytest

from modelyard.config.stack import Stack
from modelyard.resources.content_filter import summarise
from modelyard.resources.yard import Yard

FILTER = "cognitiveservices:RaiPolicy"
BLOCKLIST = "cognitiveservices:RaiBlocklist"
ITEM = "cognitiveservices:RaiBlocklistItem"
DEPLOYMENT = "cognitiveservices:Deployment"

SECTIONS = """\
  modelyard:tags:
    team: platform
  modelyard:contentFilters:
    strict:
      prompt:
        selfHarm:
          severityThreshold: Low
        indirectAttack:
          enabled: false
      completion:
        protectedMaterialText:
          blocking: false
          action: ANNOTATING
      blocklists:
        house-words: {}
        rivals:
          source: Completion
          blocking: false
      tags:
        owner: trust
    plain:
      basePolicyName: Microsoft.Default
      prompt:
        jailbreak: {}
  modelyard:blocklists:
    house-words:
      description: Names of projects.
      entries:
        falcon: Project Falcon
        accounts:
          regex: 'NL\\d{2}'
    rivals: {}
  modelyard:deployments:
    chat:
      model: gpt-5.4@2026-03-05
      sku: GlobalStandard
      capacity: 50
      contentFilter: strict
    other:
      model: gpt-5.4@2026-03-05
      sku: GlobalStandard
      capacity: 50
"""


@pytest.fixture
def declared(stack_of: Callable[..., Stack], declare: Callable[..., Any]) -> Any:
    stack = stack_of(SECTIONS)
    return declare(lambda: Yard("yard", stack).outputs)[0]


def test_every_filter_states_source_and_blocking(declared: Any) -> None:
    """ARM answers 400 to a filter without either; a threshold goes with the filters that grade severity alone."""
    assert declared.inputs(FILTER, "strict") == {
        "accountName": "contoso",
        "resourceGroupName": "rg-contoso",
        "raiPolicyName": "strict",
        "tags": {"team": "platform", "owner": "trust"},
        "properties": {
            "mode": "Default",
            "basePolicyName": "Microsoft.DefaultV2",
            "contentFilters": [
                {
                    "name": "Selfharm",
                    "source": "Prompt",
                    "enabled": True,
                    "blocking": True,
                    "severityThreshold": "Low",
                },
                {"name": "Indirect Attack", "source": "Prompt", "enabled": False, "blocking": True},
                {
                    "name": "Protected Material Text",
                    "source": "Completion",
                    "enabled": True,
                    "blocking": False,
                    "action": "ANNOTATING",
                },
            ],
            "customBlocklists": [
                {"blocklistName": "house-words", "source": "Prompt", "blocking": True},
                {"blocklistName": "house-words", "source": "Completion", "blocking": True},
                {"blocklistName": "rivals", "source": "Completion", "blocking": False},
            ],
        },
    }


def test_a_filter_without_blocklists_says_so(declared: Any) -> None:
    """An empty list takes away those that were there before."""
    assert declared.inputs(FILTER, "plain")["properties"]["customBlocklists"] == []


def test_outputs_say_which_lists_refuse_prompts(stack_of: Callable[..., Stack]) -> None:
    """Smoke tests try an entry of those; one of a list that only annotates would pass, and look like a mistake."""
    told = summarise(stack_of(SECTIONS).content_filters["strict"])
    assert told["blocklists"] == ["house-words", "rivals"]
    assert told["refuses"] == ["house-words"]


def test_entries_have_the_names_of_their_keys(declared: Any) -> None:
    assert declared.inputs(BLOCKLIST, "house-words")["properties"] == {"description": "Names of projects."}
    falcon = declared.inputs(ITEM, "house-words/falcon")
    assert (falcon["raiBlocklistName"], falcon["raiBlocklistItemName"]) == ("house-words", "falcon")
    assert falcon["properties"] == {"pattern": "Project Falcon", "isRegex": False}
    assert declared.inputs(ITEM, "house-words/accounts")["properties"] == {"pattern": r"NL\d{2}", "isRegex": True}


def test_blocklist_then_entries_then_filter_then_deployment(declared: Any) -> None:
    """A deployment must never answer with half of its blocklist."""
    assert f"{BLOCKLIST}::house-words" in declared.waits_for(ITEM, "house-words/falcon")
    assert {
        f"{BLOCKLIST}::house-words",
        f"{BLOCKLIST}::rivals",
        f"{ITEM}::house-words/falcon",
        f"{ITEM}::house-words/accounts",
    } <= declared.waits_for(FILTER, "strict")
    assert f"{FILTER}::strict" in declared.waits_for(DEPLOYMENT, "chat")
    assert not any(FILTER in each for each in declared.waits_for(DEPLOYMENT, "other")), "its filter is the system's"


@pytest.mark.parametrize(
    ("kind", "name"),
    [(FILTER, "strict"), (BLOCKLIST, "rivals"), (ITEM, "house-words/falcon"), (DEPLOYMENT, "chat")],
)
def test_children_go_with_their_account_and_are_written_one_at_a_time(declared: Any, kind: str, name: str) -> None:
    """Writes to two children of an account get 409, whatever kinds they are of."""
    registration = declared.registration(kind, name)
    account = declared.registration("cognitiveservices:Account", "account").urn
    assert registration.deleted_with == account
    assert account in registration.dependencies
    assert registration.hooked
