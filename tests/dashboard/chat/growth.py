"""How a time that grows with the square of a text is told from one that grows with the text."""

SQUARE_SECONDS = 10
"""Of CPU: fifty times what the slowest of these texts takes where the time grows with the text, and
far less than it takes where it grows with the square. Speed itself is no matter of these tests."""
