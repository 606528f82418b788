"""A denied request in Azure's words: callers parse them."""

from tests.policy.contoso import SUBSCRIPTION, a_deployment, admit, an_account, an_assignment

from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.evaluation import denied_error


def test_a_denied_request_in_azures_words(library: Library) -> None:
    """Callers parse this: the code, the target, the identifiers in the message, and the evaluated expressions."""
    admitted = admit(library, an_account(disableLocalAuth=False), an_assignment())
    error = denied_error.error("contoso", admitted.denied)
    assert (error.status, error.code, error.target) == (403, "RequestDisallowedByPolicy", "contoso")
    assignment = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/keyless"
    assert error.message == (
        "Resource 'contoso' was disallowed by policy. Policy identifiers: "
        f'\'[{{"policyAssignment":{{"name":"Keys stay off","id":"{assignment}"}},'
        '"policyDefinition":{"name":"Accounts have keys turned off","id":"","version":"1.0.0"}}]\'.'
    )
    (row,) = error.body()["error"]["additionalInfo"]
    assert row["type"] == "PolicyViolation"
    assert row["info"]["policyDefinitionEffect"] == "Deny"
    assert row["info"]["evaluationDetails"]["evaluatedExpressions"] == [
        {
            "result": "True",
            "expressionKind": "Field",
            "expression": "type",
            "path": "type",
            "expressionValue": "Microsoft.CognitiveServices/accounts",
            "targetValue": "Microsoft.CognitiveServices/accounts",
            "operator": "Equals",
        },
        {
            "result": "True",
            "expressionKind": "Field",
            "expression": "Microsoft.CognitiveServices/accounts/disableLocalAuth",
            "path": "properties.disableLocalAuth",
            "expressionValue": False,
            "targetValue": "True",
            "operator": "NotEquals",
        },
    ]


def test_non_compliance_messages_become_reasons(with_initiative: Library) -> None:
    assignment = an_assignment(definition="house", nonComplianceMessages=[{"message": "Stay in the region."}])
    admitted = admit(with_initiative, a_deployment(), assignment)
    error = denied_error.error("chat", admitted.denied)
    assert error.message == (
        "Resource 'chat' was disallowed by policy. Reasons: 'Stay in the region.'. "
        "See error details for policy resource IDs."
    )
    info = error.body()["error"]["additionalInfo"][0]["info"]
    assert info["policyDefinitionReferenceId"] == "skus"
    assert info["policySetDefinitionName"] == "house"
