"""The resources of stack `dev` as a Pulumi user would write them by hand, with no configuration and no components."""

import pulumi
from pulumi_azure_native import cognitiveservices, resources

GROUP = "rg-handwritten"
ACCOUNT = "contoso-ai-handwritten"
MODELS = {
    "chat": ("OpenAI", "gpt-5.4", "2026-03-05", "GlobalStandard", 50),
    "chat-bulk": ("OpenAI", "gpt-5.4", "2026-03-05", "DataZoneStandard", 100),
    "chat-mini": ("OpenAI", "gpt-5.4-mini", "2026-03-17", "GlobalStandard", 100),
    "mistral-large": ("Mistral AI", "Mistral-Large-3", "1", "GlobalStandard", 1),
    "deepseek": ("DeepSeek", "DeepSeek-V3.2", "1", "GlobalStandard", 1),
    "embed": ("OpenAI", "text-embedding-3-large", "1", "GlobalStandard", 50),
}

group = resources.ResourceGroup("group", resource_group_name=GROUP, location="swedencentral")
account = cognitiveservices.Account(
    "account",
    resource_group_name=group.name,
    account_name=ACCOUNT,
    location="swedencentral",
    kind="AIServices",
    sku=cognitiveservices.SkuArgs(name="S0"),
    identity=cognitiveservices.IdentityArgs(type=cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED),
    properties=cognitiveservices.AccountPropertiesArgs(
        custom_sub_domain_name=ACCOUNT, disable_local_auth=True, public_network_access="Enabled"
    ),
)
for name, (publisher, model, version, sku, capacity) in MODELS.items():
    cognitiveservices.Deployment(
        name,
        resource_group_name=group.name,
        account_name=account.name,
        deployment_name=name,
        sku=cognitiveservices.SkuArgs(name=sku, capacity=capacity),
        properties=cognitiveservices.DeploymentPropertiesArgs(
            model=cognitiveservices.DeploymentModelArgs(format=publisher, name=model, version=version),
            rai_policy_name="Microsoft.DefaultV2",
        ),
    )

pulumi.export("endpoint", account.properties.apply(lambda properties: properties.endpoint))
