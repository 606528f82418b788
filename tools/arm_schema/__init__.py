"""Generates `src/modelyard/arm/schema.json`: what Microsoft's types say of the ARM types that this project declares.

    python -m tools.arm_schema --types FOLDER

Two sources. azure-native's own classes say how Pulumi spells a type: URL parameters, api-versions, which members go in
and come out, which of them are lists of ids. ARM's types (`types.json` of Azure/bicep-types-az, one file a namespace
and api-version) say what the members are in ARM: required, read-only, write-only, secret, their values, their
descriptions. Of a type that the folder lacks, azure-native's classes say that too.

`azure_native` reads the one, `arm_types` the other, `entry` joins them, `text` writes the file.
"""
