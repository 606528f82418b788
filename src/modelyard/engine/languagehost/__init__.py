"""The Python language host of an engine we built: the process that the engine starts to run Python programs.

The Go modules hold the engine but not this host; the official CLI brings its own. It speaks the engine's
`LanguageRuntime` protocol and starts `pulumi-language-python-exec`, the official program runner, which lies beside it.
Generating programs and packages is not here: those calls answer "unimplemented".
"""
