"""The Azure Policy language: definitions in, policy states out. Pure: documents, values and the time are given.

`definition.Definition.load` reads and checks a definition, `.bind` fixes its parameters and compiles it, and
`resource.Resource` prepares an ARM document for every policy that looks at it. `assignment`, `initiative` and
`exemption` say which policies look at which resource; `admission` says what becomes of a request.
"""
