"""Saved decisions: sealed as they were answered, verified, and held against today."""
