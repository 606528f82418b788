"""Policies at work: states of resources, and admission of requests."""
