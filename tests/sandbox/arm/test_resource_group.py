"""Resource groups: the first thing a stack makes and the last thing it deletes."""

from datetime import timedelta

import pytest


def test_made_once_then_updated(pipeline):
    path = f"{pipeline.subscription}/resourceGroups/rg"
    first = pipeline("PUT", path, {"location": "Sweden Central", "tags": {"a": "1"}})
    assert first.status_code == 201
    assert first.json() == {
        "id": path,
        "name": "rg",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "swedencentral",
        "tags": {"a": "1"},
        "properties": {"provisioningState": "Succeeded"},
    }
    assert pipeline("PUT", path, {"location": "swedencentral"}).status_code == 200
    changed = pipeline("PATCH", path, {"tags": {"b": "2"}})
    assert changed.status_code == 200
    assert changed.json()["tags"] == {"b": "2"}


@pytest.mark.parametrize(
    ("name", "body", "which"),
    [
        ("rg", {}, "location-required"),
        ("rg", {"location": "swedencentrall"}, "location-not-available"),
        ("rg.", {"location": "swedencentral"}, "bad-name"),
        ("r" * 91, {"location": "swedencentral"}, "bad-name"),
    ],
)
def test_what_is_not_allowed(pipeline, refused, name, body, which):
    refused(pipeline("PUT", f"{pipeline.subscription}/resourceGroups/{name}", body), which)


def test_a_region_that_may_be_newer_than_the_catalog_is_taken_with_a_note(pipeline):
    made = pipeline("PUT", f"{pipeline.subscription}/resourceGroups/rg", {"location": "eastus4"})
    assert made.status_code == 201
    assert "eastus4" in made.headers["x-modelyard-note"]


def test_its_location_is_fixed(pipeline, refused):
    path = pipeline.group("rg", "swedencentral")
    reply = pipeline("PUT", path, {"location": "eastus"})
    refused(reply, "group-location-fixed", wanted="eastus", location="swedencentral")


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_one_that_is_not_there(pipeline, refused, method):
    refused(pipeline(method, f"{pipeline.subscription}/resourceGroups/none", {}), "group-not-found", group="none")


def test_deleting_one_deletes_what_is_in_it_and_keeps_accounts_for_a_while(pipeline, refused):
    group = pipeline.group()
    account = pipeline.account(group)
    pipeline.deployment(account, "chat")
    reply = pipeline("DELETE", group)
    assert reply.status_code == 202
    assert reply.headers["location"]
    assert pipeline("GET", group).json()["properties"]["provisioningState"] == "Deleting"
    refused(pipeline("PUT", f"{account}-two", {}), "group-going")
    pipeline.pass_time(1)
    refused(pipeline("GET", group), "group-not-found", group="rg-ai")
    refused(pipeline("GET", account), "group-not-found", group="rg-ai")
    assert not list(pipeline.azure.store.scan("resources", f"{group}/".lower()))
    assert pipeline.azure.store.get("deleted-accounts", account.lower()), "else a slip would lose an account for good"


def test_a_second_deletion_is_the_first_and_removes_nothing_made_since(pipeline):
    """Two pipelines that tear down at once must not take with them what a third has built in between."""
    delays = {"Microsoft.Resources/resourceGroups": 10}
    pipeline.azure.delays = {**pipeline.azure.delays, **delays}
    group = pipeline.group()
    first = pipeline("DELETE", group)
    pipeline.azure.clock.advance(timedelta(seconds=6))
    second = pipeline("DELETE", group)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.headers["Location"] == second.headers["Location"]
    pipeline.azure.clock.advance(timedelta(seconds=6))
    assert pipeline("GET", group).status_code == 404
    pipeline.group()
    pipeline.azure.clock.advance(timedelta(seconds=60))
    assert pipeline("GET", group).status_code == 200
