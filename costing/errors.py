"""What can be wrong with the numbers given to the arithmetic.

CostingError
 +-- InvalidValue    one field holds something the arithmetic cannot use
 +-- InvalidQuestion the fields are fine alone but contradict each other
"""


class CostingError(ValueError):
    """Base of everything this room raises on purpose."""


class InvalidValue(CostingError):
    """A field holds a value outside its meaning, for instance a negative price.

    `field` is the name of the field, `expected` and `found` are phrases for the reader.
    """

    def __init__(self, *, field: str, expected: str, found: object) -> None:
        self.field = field
        self.expected = expected
        self.found = found
        super().__init__(f"{field}: expected {expected}, found {found!s}")


class InvalidQuestion(CostingError):
    """The question as a whole cannot be answered, for instance two options of one name.

    `field` is a dotted path in the question, for instance `options.1.name`.
    """

    def __init__(self, *, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")
