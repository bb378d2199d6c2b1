"""What can keep a face from working, each with one sentence for the person who started it."""


class CannotServe(Exception):
    """The service cannot start: its port is taken, or its address is not allowed."""
