"""Parameters of the address that several routes read, each with its one description."""

from typing import Annotated

from fastapi import Query

Language = Annotated[
    str | None, Query(max_length=10, description="en or ja: language of sentences")
]
OwnPricesShown = Annotated[
    bool, Query(description="answer even where the costs tell prices of the user's own")
]
Word = Annotated[str | None, Query(max_length=300)]
"""The name of something."""
