"""The talk before a question, as it is sent again with it."""

from collections.abc import Sequence

from dashboard.chat.history import AnswerState, Turn
from dashboard.chat.prompt import Message, Role


def said_before(past: Sequence[Turn], endpoint: str) -> list[Message]:
    """The talk so far as one endpoint knows it: its own answers, else the first that was whole."""
    said: list[Message] = []
    for turn in past:
        whole = [
            one
            for one in turn.answers
            if one.state in (AnswerState.FINISHED, AnswerState.STOPPED) and one.text.strip()
        ]
        own = [one for one in whole if one.endpoint == endpoint]
        if chosen := (own or whole)[-1:] if own else whole[:1]:
            said.append(Message(role=Role.USER, content=turn.question))
            said.append(Message(role=Role.ASSISTANT, content=chosen[0].text))
    return said
