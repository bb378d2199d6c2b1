"""The hosts pages."""
