"""JSON that a person can read and that hides nothing, whatever texts stand in it."""

import json


def plain_json(value: object) -> str:
    """Plain data as JSON over several lines, letters of all scripts as themselves.

    What does not print (control characters, marks that turn the direction of writing, halves of
    surrogate pairs) is written as its escape, so that the file looks like what it says.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    return "".join(
        one if one == "\n" or one.isprintable() else json.dumps(one)[1:-1] for one in text
    )
