"""Filter names are free text in ARM: one that is spelt wrong is refused minutes into a deployment, or does nothing."""

import pytest

from modelyard.catalog.content_filters import aliases, by_source, filters, key

SOURCES = {"Prompt", "Completion", "PreToolCall", "PostToolCall", "PreRun", "PostRun"}


def test_every_row_says_where_it_is_from():
    for each in filters():
        assert each.source in SOURCES
        assert each.grade in {"A", "B", "C", "R"}
        assert each.evidence
        assert each.default_v2 in {"", "blocking", "annotating", "Medium blocking"}
        assert each.has_severity or not each.default_v2.startswith("Medium"), each


def test_a_filter_is_called_the_same_wherever_it_applies():
    for each in filters():
        assert {other.arm_name for other in filters() if other.key == each.key} == {each.arm_name}
    assert len({(each.key, each.source) for each in filters()}) == len(filters())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Selfharm", "selfHarm"),
        ("self_harm", "selfHarm"),
        ("Self-harm", "selfHarm"),
        ("indirect_attack", "indirectAttack"),
        ("XPIA", "indirectAttack"),
        ("Protected Material Text", "protectedMaterialText"),
        ("protected_material_code", "protectedMaterialCode"),
        ("spotlighting", "indirectAttackSpotlighting"),
        ("pii", "pii"),
        ("Personally identifiable information", "pii"),
        ("Task Adherence", "taskAdherence"),
        ("politeness", None),
    ],
)
def test_every_spelling_finds_its_filter(written, meant):
    assert key(written) == meant


def test_an_alias_says_whose_it_is_and_means_one_filter():
    """Sources disagree; whoever reads a name here has to know how far to trust it."""
    keys = {each.key for each in filters()}
    for each in aliases():
        assert each.grade in {"A", "B", "C", "R"}
        assert each.evidence
        assert each.key in keys
        assert key(each.name) == each.key
    assert len({each.name for each in aliases()}) == len(aliases())


def test_what_applies_where():
    assert {"hate", "jailbreak", "indirectAttack"} <= by_source()["Prompt"].keys()
    assert "protectedMaterialText" not in by_source()["Prompt"], "the prompt is the user's own"
    assert "jailbreak" not in by_source()["Completion"]


def test_the_default_blocks_all_harm_from_medium_on():
    """Microsoft's stated default; a stack that says nothing about a harm relies on it."""
    harm = [each for each in filters() if each.has_severity and each.source in ("Prompt", "Completion")]
    assert len(harm) == 8
    assert {each.default_v2 for each in harm} == {"Medium blocking"}
