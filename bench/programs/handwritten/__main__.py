"""The resources of stack `dev` as a Pulumi user would write them by hand, with no configuration and no components."""

import pulumi
from pulumi_azure_native import authorization, cognitiveservices, resources

GROUP = "rg-handwritten"
ACCOUNT = "contoso-ai-handwritten"
LOCATION = "swedencentral"
MODELS = {
    "chat": ("OpenAI", "gpt-5.6-terra", "2026-07-09", "GlobalStandard", 100),
    "chat-bulk": ("OpenAI", "gpt-5.6-terra", "2026-07-09", "DataZoneStandard", 100),
    "chat-mini": ("OpenAI", "gpt-5.6-luna", "2026-07-09", "GlobalStandard", 100),
    "mistral-large": ("Mistral AI", "Mistral-Large-3", "1", "GlobalStandard", 1),
    "deepseek": ("DeepSeek", "DeepSeek-V3.2", "1", "GlobalStandard", 1),
    "embed": ("OpenAI", "text-embedding-3-large", "1", "GlobalStandard", 50),
}

FILTERS = {
    "strict": [
        *((name, source, "Low") for source in ("Prompt", "Completion") for name in ("Hate", "Sexual", "Violence")),
        ("Selfharm", "Prompt", "Low"),
        ("Selfharm", "Completion", "Low"),
        ("Jailbreak", "Prompt", None),
        ("Indirect Attack", "Prompt", None),
        ("Protected Material Text", "Completion", None),
    ],
    "internal": [
        ("Violence", "Prompt", "High"),
        ("Violence", "Completion", "High"),
        ("Jailbreak", "Prompt", None),
        ("Protected Material Code", "Completion", None),
    ],
}
USES = {"chat": "strict", "chat-bulk": "internal"}
ACCESS = {
    "app-team": ("2473279e-c807-550f-a457-34c52b4507f2", "Group", "a97b65f3-24c7-4388-baec-2e87135dc908"),
    "pipeline": ("c7b85ac1-8580-528d-9748-6a4294f761cf", "ServicePrincipal", "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"),
    "reader": ("6ddc16b9-0f22-5198-947b-5430eed1f41b", "User", "acdd72a7-3385-48ef-bd42-f606fba81ae7"),
}
DEPLOYMENTS = "Microsoft.CognitiveServices/accounts/deployments"
MODEL = f"[concat(field('{DEPLOYMENTS}/model.name'), '@', field('{DEPLOYMENTS}/model.version'))]"
POLICIES = {
    "allowed-models": (
        {"value": MODEL, "notIn": "[parameters('allowed')]"},
        [f"{name}@{version}" for _, name, version, _, _ in MODELS.values()],
    ),
    "allowed-deployment-skus": (
        {"field": f"{DEPLOYMENTS}/sku.name", "notIn": "[parameters('allowed')]"},
        ["GlobalStandard", "DataZoneStandard"],
    ),
    "require-content-filter": (
        {"field": f"{DEPLOYMENTS}/raiPolicyName", "notIn": "[parameters('allowed')]"},
        ["Microsoft.DefaultV2", "strict", "internal"],
    ),
}

subscription = authorization.get_client_config_output().subscription_id
group = resources.ResourceGroup("group", resource_group_name=GROUP, location=LOCATION)


def assigned(name: str, definition: pulumi.Input[str], parameters: dict[str, object]) -> authorization.PolicyAssignment:
    return authorization.PolicyAssignment(
        name,
        policy_assignment_name=name,
        scope=group.id,
        location=LOCATION,
        policy_definition_id=definition,
        parameters={key: authorization.ParameterValuesValueArgs(value=value) for key, value in parameters.items()},
    )


BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
policies = [assigned("keyless", BUILT_IN, {"effect": "Deny"})]
for name, (condition, allowed) in POLICIES.items():
    definition = authorization.PolicyDefinition(
        name,
        policy_definition_name=f"handwritten-{name}",
        mode="All",
        display_name=name,
        parameters={"allowed": authorization.ParameterDefinitionsValueArgs(type="Array")},
        policy_rule={
            "if": {"allOf": [{"field": "type", "equals": DEPLOYMENTS}, condition]},
            "then": {"effect": "deny"},
        },
    )
    policies.append(assigned(f"assigned-{name}", definition.id, {"allowed": allowed}))

account = cognitiveservices.Account(
    "account",
    resource_group_name=group.name,
    account_name=ACCOUNT,
    location=LOCATION,
    kind="AIServices",
    sku=cognitiveservices.SkuArgs(name="S0"),
    identity=cognitiveservices.IdentityArgs(type=cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED),
    properties=cognitiveservices.AccountPropertiesArgs(
        custom_sub_domain_name=ACCOUNT, disable_local_auth=True, public_network_access="Enabled"
    ),
    opts=pulumi.ResourceOptions(depends_on=policies),
)
blocklist = cognitiveservices.RaiBlocklist(
    "house-words",
    resource_group_name=group.name,
    account_name=account.name,
    rai_blocklist_name="house-words",
    properties=cognitiveservices.RaiBlocklistPropertiesArgs(description="Names of projects that aren't public yet."),
)
for name, pattern, is_regex in (
    ("falcon", "Project Falcon", False),
    ("account-number", r"\bNL\d{2}[A-Z]{4}\d{10}\b", True),
):
    cognitiveservices.RaiBlocklistItem(
        name,
        resource_group_name=group.name,
        account_name=account.name,
        rai_blocklist_name=blocklist.name,
        rai_blocklist_item_name=name,
        properties=cognitiveservices.RaiBlocklistItemPropertiesArgs(pattern=pattern, is_regex=is_regex),
    )
filters = {
    name: cognitiveservices.RaiPolicy(
        name,
        resource_group_name=group.name,
        account_name=account.name,
        rai_policy_name=name,
        properties=cognitiveservices.RaiPolicyPropertiesArgs(
            base_policy_name="Microsoft.DefaultV2",
            mode="Default",
            content_filters=[
                cognitiveservices.RaiPolicyContentFilterArgs(
                    name=found, source=source, severity_threshold=severity, blocking=True, enabled=True
                )
                for found, source, severity in rules
            ],
            custom_blocklists=[
                cognitiveservices.CustomBlocklistConfigArgs(
                    blocklist_name=blocklist.name, source="Prompt", blocking=True
                )
            ],
        ),
    )
    for name, rules in FILTERS.items()
}
for name, (publisher, model, version, sku, capacity) in MODELS.items():
    cognitiveservices.Deployment(
        name,
        resource_group_name=group.name,
        account_name=account.name,
        deployment_name=name,
        sku=cognitiveservices.SkuArgs(name=sku, capacity=capacity),
        properties=cognitiveservices.DeploymentPropertiesArgs(
            model=cognitiveservices.DeploymentModelArgs(format=publisher, name=model, version=version),
            rai_policy_name=filters[USES[name]].name if name in USES else "Microsoft.DefaultV2",
        ),
    )
for name, (principal, kind, role) in ACCESS.items():
    authorization.RoleAssignment(
        name,
        scope=account.id,
        principal_id=principal,
        principal_type=kind,
        role_definition_id=pulumi.Output.format(
            "/subscriptions/{0}/providers/Microsoft.Authorization/roleDefinitions/{1}", subscription, role
        ),
    )

pulumi.export("endpoint", account.properties.apply(lambda properties: properties.endpoint))
