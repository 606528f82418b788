"""A Pulumi resource plugin that turns azure-native resources into ARM REST calls.

It stands in where the official plugin can't be had. It knows `arm/` and the client in `azure/`: a resource is a row of
the table, and nothing here names one. It behaves as azure-native 3.29 does: outputs are unknown until a resource is
created, what exists already is not created again, an import reads full inputs, and a failed long-running operation
leaves what is there in the state.

    __main__       the process: environment, port, signals, end
    service        the gRPC service that the engine talks to; grpc_errors: failures as gRPC errors
    connection     the connection to Azure, made in the background
    resources      what each call does, without gRPC
    values         property values on the wire: unknowns, secrets
    preview, check, difference, refresh, autonaming              pure mapping and comparison
    configuration, credentials, invokes, schema, install
"""

VERSION = "3.29.0"
"""The version of azure-native that this stands in for; its Python package asks the engine for exactly this plugin."""
