"""The list of decisions, and one decision as sealed beside today."""
