"""Tests of policies: case files, their schema, and the runner."""
