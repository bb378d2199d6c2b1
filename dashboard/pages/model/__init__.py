"""The model pages."""
