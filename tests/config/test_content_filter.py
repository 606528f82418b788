"""The models of content filters are made from the catalog: what it knows can be written, and nothing else."""

import pytest

from modelyard.catalog.content_filters import filters
from modelyard.config.content_filter import POINTS, ContentFilter, Graded, Switch

HEAD = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account: {name: contoso, resourceGroup: rg-contoso, network: {publicNetworkAccess: Enabled}}
"""


@pytest.mark.parametrize("each", filters(), ids=lambda each: f"{each.key} at {each.source}")
def test_every_filter_of_the_catalog_can_be_written(stack, each):
    point = ContentFilter.model_fields[POINTS[each.source]].alias
    loaded = stack(f"{HEAD}  modelyard:contentFilters: {{strict: {{{point}: {{{each.key}: {{}}}}}}}}\n")
    assert not loaded.errors
    assert loaded.stack is not None
    (rule,) = loaded.stack.content_filters["strict"].rules()
    assert (rule.name, rule.source, rule.blocking, rule.enabled) == (each.arm_name, each.source, True, True)
    assert rule.severity_threshold == ("Medium" if each.has_severity else None), "Azure's own default"


@pytest.mark.parametrize(
    ("written", "noted"),
    [
        ("prompt: {hate: {}}", ""),
        ("postRun: {defenderForAI: {}}", ""),
        ("completion: {pii: {}}", "that PII applies to Completion is what others say"),
        ("postToolCall: {hate: {}}", "that Hate applies to PostToolCall is inferred"),
    ],
)
def test_what_microsoft_does_not_say_is_noted(stack, written, noted):
    """Azure may refuse it minutes into an up, or take it and do nothing."""
    loaded = stack(f"{HEAD}  modelyard:contentFilters: {{strict: {{{written}}}}}\n")
    assert not loaded.errors
    assert [each.message for each in loaded.findings if each.code == "config.filter-inferred"] == [noted] * bool(noted)


def test_severity_goes_with_the_filters_that_grade():
    assert "severity_threshold" in Graded.model_fields
    assert "severity_threshold" not in Switch.model_fields


def test_rules_come_in_the_order_of_a_conversation(stack):
    """However the file has them: a change of order there must not look like a change in Azure."""
    written = "completion: {profanity: {}, hate: {}}, prompt: {profanity: {}, hate: {}}"
    loaded = stack(f"{HEAD}  modelyard:contentFilters: {{strict: {{{written}}}}}\n")
    assert [(rule.source, rule.key) for rule in loaded.stack.content_filters["strict"].rules()] == [
        ("Prompt", "hate"),
        ("Prompt", "profanity"),
        ("Completion", "hate"),
        ("Completion", "profanity"),
    ]


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("[house-words, house-words]", "config.wrong-type"),
        ("house-words", "config.wrong-type"),
        ("[{name: house-words}]", "config.wrong-type"),
        ("{house-words: {source: Both}}", "config.value-not-allowed"),
        ("{house-words: {sources: Prompt}}", "config.unknown-key"),
    ],
)
def test_blocklists_are_a_list_of_names_or_a_map(stack, written, wrong):
    sections = f"  modelyard:contentFilters: {{strict: {{prompt: {{hate: {{}}}}, blocklists: {written}}}}}\n"
    loaded = stack(HEAD + sections + "  modelyard:blocklists: {house-words: {}}\n")
    assert wrong in {finding.code for finding in loaded.errors}


def test_a_filter_that_is_wrong_is_not_also_missing(stack):
    """One mistake, one finding: the deployment names a filter that is there."""
    loaded = stack(
        HEAD
        + "  modelyard:contentFilters: {strict: {prompt: {hate: {severityThreshold: Lowest}}}}\n"
        + "  modelyard:deployments: {chat: {model: gpt-5.4@2026-03-05, sku: GlobalStandard, capacity: 1,"
        + " contentFilter: strict}}\n"
    )
    assert [finding.code for finding in loaded.errors] == ["config.value-not-allowed"]
    assert loaded.stack is None


def test_what_is_wrong_within_a_misspelt_filter_is_told_on_its_own_line(stack):
    """The filter counts under its right name from then on, but nobody finds a line by a name that isn't in the file."""
    loaded = stack(
        HEAD
        + """\
  modelyard:contentFilters:
    strict:
      prompt:
        Hate:
          Severity_Threshold: low
"""
    )
    lines = {finding.path.rpartition(".")[2]: finding.position.line for finding in loaded.findings if finding.position}
    assert lines["Severity_Threshold"] == lines["severityThreshold"] == lines["Hate"] + 1


def test_a_text_in_the_place_of_a_list_or_map_is_told_what_may_stand_there(stack):
    loaded = stack(
        HEAD
        + """\
  modelyard:contentFilters:
    strict:
      blocklists: house-words
"""
    )
    (finding,) = [each for each in loaded.findings if each.code == "config.wrong-type"]
    assert finding.allowed == "a list or map"
    assert finding.remedy
