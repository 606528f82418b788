"""Modelyard: Azure AI Foundry Models as code, from one validated stack file to a proven endpoint."""

__version__ = "0.1.0"
