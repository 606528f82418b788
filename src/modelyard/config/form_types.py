"""Types of the stack file from the forms of ARM's schema: what `modelyard.arm.schema` says, as pydantic models.

Only kinds without logic of their own are read so; a kind that decides something has a model of its own. A form says
type, enumeration, limits and what is secret. What only the server writes is no member. Where an object has variants
(a connection by its `authType`), the schema shows the members of all, and an entry is held to the variant it names.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
    create_model,
)
from pydantic_core import PydanticCustomError

from modelyard.arm.schema import READ_ONLY, SECRET, STRING_SET, Schema
from modelyard.config.freeform_values import FRACTION
from modelyard.config.scalar import Flag, Scalar, Text, as_text, as_whole
from modelyard.config.secret import Secret
from modelyard.config.strict_model import StrictModel

SECURE: Mapping[str, Any] = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
"""JSON Schema of a value that Pulumi has encrypted."""
OF_OTHERS = "x-of-other-variants"
"""Mark of a member that other variants have; the value is the choice that excludes it."""
HIDDEN = "x-hidden"
"""Mark of an object that is never shown as a whole."""
NOT_IN_URL = re.compile(r"[^/?#%\\]+")
UNLIMITED = "a name without / ? # % \\"
UNDESCRIBED = "`{}` of ARM's type, of which ARM's types say no more."
LIMITS = ("minLength", "maxLength", "pattern", "minimum", "maximum")


def fields(form: Schema, name: str, *, secret: bool = False) -> dict[str, Any]:
    """The members of an object that a caller may write, as `create_model` takes them."""
    needed = frozenset(form.get("required", ()))
    return {
        f"f_{member}": (
            of(each, f"{name}{member[:1].upper()}{member[1:]}", secret=secret)
            if member in needed
            else of(each, f"{name}{member[:1].upper()}{member[1:]}", secret=secret) | None,
            Field(
                default=... if member in needed else None,
                alias=member,
                description=each.get("description") or UNDESCRIBED.format(member),
            ),
        )
        for member, each in form.get("properties", {}).items()
        if not each.get(READ_ONLY)
    }


def of(form: Schema, name: str, *, secret: bool = False) -> Any:  # noqa: PLR0911 - one for each type of JSON
    """The type of a member. `name` is what its model is called in the JSON schema; `secret` says that it is within
    something that is never shown.
    """
    if OF_OTHERS in form:
        return Annotated[Any, BeforeValidator(_refusal(form[OF_OTHERS]))]
    if form.get(SECRET):
        return Annotated[Any, BeforeValidator(_secret), WithJsonSchema(dict(SECURE))]
    if form.get(STRING_SET):
        return tuple[Text, ...]
    secret = secret or bool(form.get(HIDDEN))
    kind = form.get("type")
    if kind == "object":
        return _object(form, name, secret)
    if kind == "array":
        return tuple[of(form.get("items", {}), f"{name}Item", secret=secret), ...]  # type: ignore[misc] # made here
    if kind == "boolean":
        return Flag
    if kind == "integer":
        return Annotated[int, BeforeValidator(as_whole), *_limits(form)]
    if kind == "number":
        return Annotated[float, BeforeValidator(_number), *_limits(form)]
    return _text(form, secret)


def variants(form: Schema) -> tuple[str, Mapping[str, Schema], Schema]:
    """The member that chooses, the whole form for each choice, and one form with the members of all."""
    chooses = str(form["discriminator"]["propertyName"])
    common = form.get("properties", {})
    every: dict[str, Any] = dict(common)
    for each in form["oneOf"]:
        for member, inner in each["properties"].items():
            every[member] = _together(every[member], inner) if member in every else inner
    choices = {str(each["properties"][chooses]["const"]): each for each in form["oneOf"]}
    every[chooses] = {"type": "string", "enum": list(choices), "description": "Decides which other keys there are."}
    required = [*form.get("required", ()), chooses]
    whole = {"type": "object", "properties": every, "required": list(dict.fromkeys(required))}
    one = {}
    for choice, each in choices.items():
        inside = {**common, **each["properties"], chooses: every[chooses]}
        needed = list(dict.fromkeys([*required, *each.get("required", ())]))
        own = {"type": "object", "properties": inside, "required": needed}
        one[choice] = _closed(own, whole, f"{chooses} {choice}")
    return chooses, one, whole


def chosen(chooses: str, models: Mapping[str, Any], whole: Any) -> Any:
    """A type that holds a map to the model of the variant it names, and to the whole where it names none."""
    adapters: dict[str, TypeAdapter[Any]] = {}

    def fit(value: Any, handler: Any, info: ValidationInfo[Any]) -> Any:
        named = value.get(chooses) if isinstance(value, dict) else None
        choice = named.text if isinstance(named, Scalar) else str(named)
        if choice not in models:
            return handler(value)
        if choice not in adapters:
            adapters[choice] = TypeAdapter(models[choice])
        return adapters[choice].validate_python(value, strict=True, context=info.context)

    return Annotated[whole, WrapValidator(fit)]


def model(form: Schema, name: str, more: Mapping[str, Any] | None = None, *, secret: bool = False) -> Any:
    """The model of an object; `more` are fields beside its members. One with variants is held to the one it names."""

    def made(one: Schema) -> type[BaseModel]:
        found: type[BaseModel] = create_model(
            name, __base__=StrictModel, **fields(one, name, secret=secret), **(more or {})
        )
        return found

    if "oneOf" not in form:
        return made(form)
    chooses, each, whole = variants(form)
    return chosen(chooses, {choice: made(one) for choice, one in each.items()}, made(whole))


def name_type(form: Schema, noun: str) -> Any:
    """The type of a key that is a resource's name in Azure."""

    def check(name: str) -> str:
        limited = any(limit in form for limit in LIMITS)
        if NOT_IN_URL.fullmatch(name) is None or (limited and not fits(form, name)):
            raise PydanticCustomError(
                "config.name-not-allowed",
                "not a valid name of {article} {noun}",
                {
                    "article": "an" if noun[0] in "aeiou" else "a",
                    "noun": noun,
                    "found": name,
                    "allowed": limits(form) or UNLIMITED,
                },
            )
        return name

    # Not a reference to the pattern alone: a key is text, whatever YAML makes of it.
    return Annotated[str, BeforeValidator(as_text), AfterValidator(check), WithJsonSchema(_schema(form, "string"))]


def fits(form: Schema, value: Any) -> bool:
    """Whether a value is within the limits of a form."""
    size = len(value) if isinstance(value, str) else 0
    number = value if isinstance(value, int | float) else 0
    return (
        form.get("minLength", 0) <= size <= form.get("maxLength", size)
        and form.get("minimum", number) <= number <= form.get("maximum", number)
        and (not isinstance(value, str) or re.search(form.get("pattern", ""), value) is not None)
    )


def limits(form: Schema) -> str:
    """What a form allows, for a message."""
    words = {
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "pattern": "the pattern {}",
        "minimum": "at least {}",
        "maximum": "at most {}",
    }
    return ", ".join(words[each].format(form[each]) for each in LIMITS if each in form)


def _object(form: Schema, name: str, secret: bool) -> Any:
    if form.get("properties") or "oneOf" in form:
        return model(form, name, secret=secret)
    each = form.get("additionalProperties")
    if isinstance(each, Mapping):
        # The schema doesn't mark the values of a map such as CustomKeys.keys, which are nothing but secrets.
        inner = {**each, SECRET: True} if secret and each.get("type") == "string" else each
        return dict[Text, of(inner, f"{name}Entry", secret=secret)]  # type: ignore[misc] # made here
    return dict[Text, Text]


def _text(form: Schema, secret: bool) -> Any:
    if "enum" in form:
        return Annotated[Literal[tuple(form["enum"])], BeforeValidator(as_text)]
    if known := next((each["enum"] for each in form.get("anyOf", ()) if "enum" in each), None):
        shown = {"anyOf": [{"type": "string", "enum": list(known)}, {"type": "string"}]}
        return Annotated[str, BeforeValidator(_open(tuple(known))), WithJsonSchema(shown)]
    if secret:
        return Annotated[
            Any,
            BeforeValidator(_text_or_secret(form)),
            WithJsonSchema({"anyOf": [_schema(form, "string"), dict(SECURE)]}),
        ]
    return Annotated[str, BeforeValidator(as_text), *_limits(form)]


def _limits(form: Schema) -> tuple[Any, ...]:
    stated = {each: form[each] for each in LIMITS if each in form}
    return (AfterValidator(_within(form)), Field(json_schema_extra=stated)) if stated else ()


def _schema(form: Schema, kind: str) -> dict[str, Any]:
    return {"type": kind, **{each: form[each] for each in LIMITS if each in form}}


def _within(form: Schema) -> Any:
    def check(value: Any) -> Any:
        if not fits(form, value):
            raise PydanticCustomError(
                "config.value-not-allowed",
                "the value is out of its limits",
                {"found": str(value), "allowed": limits(form)},
            )
        return value

    return check


def _open(known: tuple[str, ...]) -> Any:
    """A text of which ARM's types list some values and say that there may be more."""

    def read(value: Any, info: ValidationInfo[Any]) -> Any:
        text = as_text(value, info)
        if info.context is not None and isinstance(value, Scalar) and text not in known:
            alike = next((each for each in known if each.casefold() == text.casefold()), "")
            info.context.collector.add(
                "config.value-not-in-schema",
                value.path,
                f"ARM's types don't list {text}",
                found=text,
                allowed=", ".join(known),
                remedy=f"write {alike}" if alike else "check its spelling; Azure may know more than ARM's types",
                of_value=True,
            )
        return text

    return read


def _secret(value: Any) -> Any:
    if isinstance(value, Secret):
        return value
    raise PydanticCustomError(
        "config.plain-secret",
        "a credential must be encrypted",
        {"found": "plain text", "allowed": "secure: …", "remedy": "pulumi config set --secret --path writes it"},
    )


def _text_or_secret(form: Schema) -> Any:
    def read(value: Any, info: ValidationInfo[Any]) -> Any:
        if isinstance(value, Secret):
            return value
        text = as_text(value, info)
        if not isinstance(text, str):
            raise PydanticCustomError("config.wrong-type", "text is expected", {"allowed": "text, or secure: …"})
        return _within(form)(text)

    return read


def _number(value: Any, info: ValidationInfo[Any]) -> Any:
    if isinstance(value, Scalar) and value.plain and FRACTION.fullmatch(value.text):
        return float(value.text)
    return as_whole(value, info)


def _refusal(choice: str) -> Any:
    def refuse(_value: Any) -> Any:
        raise PydanticCustomError(
            "config.misplaced-key",
            "this key has no effect with {choice}",
            {"choice": choice, "found": choice, "remedy": "take it out, or choose another variant"},
        )

    return refuse


def _together(one: Schema, other: Schema) -> Schema:
    """The members of two objects in one; what isn't an object both times is as the first has it."""
    if not one.get("properties") or not other.get("properties"):
        return one
    inside = dict(one["properties"])
    for member, form in other["properties"].items():
        inside[member] = _together(inside[member], form) if member in inside else form
    return {**one, "properties": inside, "required": []}


def _closed(own: Schema, whole: Schema, choice: str) -> Schema:
    """A variant's form in which each member that only others have is refused in words, at every level."""
    inside = dict(own["properties"])
    for member, form in whole["properties"].items():
        if member not in inside:
            inside[member] = {OF_OTHERS: choice}
        elif inside[member].get("properties") and form.get("properties"):
            inside[member] = _closed(inside[member], form, choice)
    return {**own, "properties": inside}
