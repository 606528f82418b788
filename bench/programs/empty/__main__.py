"""Declares nothing: what Pulumi itself costs."""
