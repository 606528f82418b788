"""Azure AI Services accounts: one endpoint and one credential for many models."""

from modelyard.arm.resource_types import Action, ResourceType

TYPE = "Microsoft.CognitiveServices/accounts"

ROW = ResourceType(
    token="azure-native:cognitiveservices:Account",
    type=TYPE,
    noun="account",
    section="account",
    single=True,
    lock=TYPE,
    delay=0.3,
    server_filled=frozenset(
        {
            "properties.allowProjectManagement",
            "properties.apiProperties",
            "properties.associatedProjects",
            "properties.defaultProject",
            "properties.networkAcls",
            "properties.publicNetworkAccess",
        }
    ),
    replace_on=frozenset({"location"}),
    actions=(
        Action(
            token="azure-native:cognitiveservices:listAccountKeys",
            name="listKeys",
            secret=frozenset({"key1", "key2"}),
        ),
    ),
)
