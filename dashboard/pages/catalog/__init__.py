"""The catalog page: search, filters with counts, and the list of models."""
