"""Tags: Azure allows 50 on a resource, and compares their names without regard to case."""

from typing import Annotated

from pydantic import Field

from modelyard.config.naming_rules import TagName, TagValue

Tags = Annotated[dict[TagName, TagValue], Field(max_length=50)]
