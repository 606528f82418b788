"""Spillover and capacity settings of deployments."""

from collections.abc import Callable
from typing import Any

from modelyard.config.stack import Stack
from modelyard.resources.yard import Yard

DEPLOYMENT = "cognitiveservices:Deployment"

SECTIONS = """\
  modelyard:deployments:
    reserved:
      model: gpt-5.4@2026-03-05
      sku: GlobalProvisionedManaged
      capacity: 15
      spilloverDeploymentName: overflow
      capacitySettings:
        designatedCapacity: 5
        priority: 1
    overflow:
      model: gpt-5.4@2026-03-05
      sku: GlobalStandard
      capacity: 50
"""


def test_what_a_deployment_spills_over_to_comes_first(
    stack_of: Callable[..., Stack], declare: Callable[..., Any]
) -> None:
    stack = stack_of(SECTIONS)
    recorder, outputs = declare(lambda: Yard("yard", stack).outputs)
    properties = recorder.inputs(DEPLOYMENT, "reserved")["properties"]
    assert properties["spilloverDeploymentName"] == "overflow"
    assert properties["capacitySettings"] == {"designatedCapacity": 5, "priority": 1}
    assert f"{DEPLOYMENT}::overflow" in recorder.waits_for(DEPLOYMENT, "reserved")
    assert list(outputs["deployments"]) == ["reserved", "overflow"], "outputs keep the order of the file"
