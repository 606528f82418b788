"""Asking ARM: the one reader that every look at what is deployed takes."""
