"""The options of one question side by side."""
