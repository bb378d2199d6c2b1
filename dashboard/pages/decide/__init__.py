"""The Decide page: the question on the left, the answer on the right."""
