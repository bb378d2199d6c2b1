"""The verbs of the house, one a file, and the rules that they check."""
