"""Entries: a text or an expression. One that is read otherwise than it was meant blocks nothing, or everything."""

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from modelyard.config.blocklist import BlocklistEntry
from modelyard.config.scalar import Scalar

ENTRY = TypeAdapter(BlocklistEntry)


def read(**written: str):
    return ENTRY.validate_python({key: Scalar(text, False, ()) for key, text in written.items()}, strict=True)


def test_a_text_alone_is_short_for_text():
    short = ENTRY.validate_python(Scalar("Project Falcon", False, ()), strict=True)
    assert short == read(text="Project Falcon")
    assert (short.pattern, short.is_regex) == ("Project Falcon", False)


@pytest.mark.parametrize(
    "regex",
    [
        r"\bNL\d{2}[A-Z]{4}\d{10}\b",
        r"(?<name>a+)-\k<name>",
        r"(?<!not )secret",
        r"(?<=the )falcon",
        r"\p{Lu}\P{^Nd}+",
        r"[\p{L}-]+x",
        r"the (?i)falcon\z",
        r"a|b+",
    ],
)
def test_what_most_dialects_share_is_taken_as_it_is(regex):
    entry = read(regex=regex)
    assert (entry.pattern, entry.is_regex) == (regex, True)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"regex": "(a"}, "config.regex-not-valid"),
        ({"regex": "[z-a]"}, "config.regex-not-valid"),
        ({"regex": "a{99999999999}"}, "config.regex-not-valid"),
        ({"regex": "(" * 3000 + "a" + ")" * 3000}, "config.regex-not-valid"),
        ({"regex": "a*"}, "config.pattern-matches-everything"),
        ({"regex": "a|"}, "config.pattern-matches-everything"),
        ({"regex": ""}, "config.pattern-matches-everything"),
        ({"text": "  "}, "config.pattern-matches-everything"),
        ({}, "config.entry-text-or-regex"),
        ({"text": "a", "regex": "a"}, "config.entry-text-or-regex"),
    ],
)
def test_what_can_not_be_meant_is_refused(written, code):
    with pytest.raises(ValidationError) as refused:
        read(**written)
    assert refused.value.errors()[0]["type"] == code


def test_an_expression_in_single_quotes_stays_as_it_is(stack):
    """In double quotes YAML would take the backslashes; a file with single quotes needs no second look."""
    loaded = stack(
        "config:\n  azure-native:location: swedencentral\n  modelyard:target: sandbox\n"
        "  modelyard:account: {name: contoso, resourceGroup: rg, network: {publicNetworkAccess: Enabled}}\n"
        "  modelyard:blocklists: {words: {entries: {iban: {regex: '\\bNL\\d{2}\\b'}}}}\n"
    )
    pattern = loaded.stack.blocklists["words"].entries["iban"].pattern
    assert re.search(pattern, "to NL42.")
