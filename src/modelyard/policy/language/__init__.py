"""The Azure Policy language: expressions, conditions and functions, compiled to closures."""
