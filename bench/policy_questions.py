"""What both evaluators of Azure Policy are asked: definitions, resources that they look at, and pairs of the two."""

import json
import random
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from bench import policy_pairs
from bench.policy import CONTEXT, sample
from bench.policy_pairs import Json

from modelyard.catalog.built_in_policies import NOTHING
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.parameters import Parameter
from modelyard.policy.documents.policy import Policy
from modelyard.policy.effects.effect import Effect
from modelyard.policy.effects.existence import Existence
from modelyard.policy.failures import PolicyFailure
from modelyard.policy.language.aliases import from_providers
from modelyard.policy.language.context import EvaluationContext, RelatedQuery
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Unknown

Pair = tuple[int, int, int | None]
"""Numbers of a definition, a resource, and the related resource that is found, if any."""

AROUND = {
    "resourceGroup": CONTEXT.resource_group,
    "subscription": CONTEXT.subscription,
    "requestContext": CONTEXT.request,
    "utcNow": "2026-11-23T00:00:00Z",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A definition as both read it: its document, and our policy with the values of its parameters."""

    document: Json
    values: Json
    policy: Policy

    def written(self) -> Json:
        """As the other program reads it."""
        details = self.policy.details
        related = str(details.type.value) if isinstance(details, Existence) else None
        return {"document": self.document, "parameters": self.values, "relatedType": related}


@dataclass
class Questions:
    """What both are asked."""

    fields: Fields
    aliases: policy_pairs.Table
    providers: list[Json]
    subjects: list[Subject]
    resources: list[Json]
    related: list[Json]
    pairs: list[Pair]

    def theirs(self, program: Path, folder: Path, runs: int = 0) -> Json:
        """The other program's answers, with refusals and seconds."""
        file = folder / "questions.json"
        written = {
            "aliases": self.providers,
            "context": AROUND,
            "definitions": [each.written() for each in self.subjects],
            "resources": self.resources,
            "related": self.related,
            "pairs": self.pairs,
        }
        file.write_text(json.dumps(written), encoding="utf-8")
        done = subprocess.run([str(program), str(file), str(runs)], check=True, capture_output=True, text=True)
        answers: Json = json.loads(done.stdout)
        return answers

    def ours(self) -> list[Any]:
        """Our answers in the same form."""
        around = self.around
        return [self._answer(definition, resource, around[related]) for definition, resource, related in self.pairs]

    @cached_property
    def around(self) -> dict[int | None, EvaluationContext]:
        """The surroundings in which each related resource is found, and those in which none is."""
        found: dict[int | None, EvaluationContext] = {None: CONTEXT}
        for number, document in enumerate(self.related):
            found[number] = replace(CONTEXT, related=partial(_found, [document]))
        return found

    def _answer(self, definition: int, resource: int, context: EvaluationContext) -> Any:
        policy = self.subjects[definition].policy
        if policy.effect is Effect.DISABLED:
            return None
        try:
            result = policy.test(EvaluatedResource(self.resources[resource], context))
        except EvaluationFailed as wrong:
            return {"error": str(wrong)}
        if isinstance(result, Unknown):
            return {"error": f"undecided: {', '.join(sorted(result.waits_for))}"}
        return policy.effect_as_written if result else None


def _found(documents: list[Json], _query: RelatedQuery) -> list[Json]:
    return documents


def documents(place: Path) -> list[Json]:
    """The definitions in a folder of JSON files, or in a tar file of one."""
    texts: dict[str, bytes] = {}
    if place.is_dir():
        texts = {str(file): file.read_bytes() for file in place.rglob("*.json")}
    else:
        with tarfile.open(place) as archive:
            for member in archive:
                if member.name.endswith(".json") and (content := archive.extractfile(member)) is not None:
                    texts[member.name] = content.read()
    return [json.loads(texts[name].decode("utf-8-sig")) for name in sorted(texts)]


def subjects(place: Path, fields: Fields) -> tuple[list[Subject], list[PolicyFailure]]:
    """The definitions that load, and why the others don't."""
    found, refused = [], []
    for document in documents(place):
        if "policyRule" not in document.get("properties", {}):
            continue
        try:
            definition = Definition.load(document, fields)
            values = {each.name: _value(each) for each in definition.parameters.values()}
            found.append(Subject(document, values, definition.bind(values)))
        except PolicyFailure as wrong:
            refused.append(wrong)
    return found, refused


def _value(parameter: Parameter) -> Any:
    """The default, or a sample; an effect that isn't disabled."""
    if parameter.default is NOTHING:
        return sample(parameter)
    if parameter.default == "Disabled" and (others := [each for each in parameter.allowed if each != "Disabled"]):
        return others[0]
    return parameter.default


def asked(
    place: Path, tables: Sequence[Path], number: int, chance: random.Random
) -> tuple[Questions, list[PolicyFailure]]:
    """The pairs: each definition with resources of its types, as many as make the number in all."""
    aliases, providers = policy_pairs.table(tables)
    fields = Fields(from_providers(providers), raw=True)
    found, refused = subjects(place, fields)
    questions = Questions(fields, aliases, providers, found, [], [], [])
    leaves = policy_pairs.leaves(aliases)
    turns = chance.sample(range(len(found)), len(found))
    while len(questions.pairs) < number:
        for each in turns[: number - len(questions.pairs)]:
            _ask(questions, each, policy_pairs.Maker(chance, aliases, leaves, found[each].values))
    return questions, refused


def _ask(questions: Questions, number: int, maker: policy_pairs.Maker) -> None:
    subject = questions.subjects[number]
    rule = subject.document["properties"]["policyRule"]
    kind = maker.chance.choice(policy_pairs.types_of(rule["if"]))
    questions.resources.append(maker.resource(kind, rule["if"]))
    related = None
    details = subject.policy.details
    if isinstance(details, Existence) and maker.chance.random() < 0.6:
        related = len(questions.related)
        condition = rule["then"]["details"].get("existenceCondition", {})
        questions.related.append(maker.resource(str(details.type.value), condition))
    questions.pairs.append((number, len(questions.resources) - 1, related))
