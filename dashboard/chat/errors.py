"""What the test chat refuses or cannot do, each by a code that has a sentence in both languages."""

from dashboard.texts import Texts, load_texts


class ChatRefused(Exception):
    """A file, a setting or a question that cannot be used, or an endpoint that failed.

    Attributes:
        code: `chat.refused.CODE` is the sentence in `locales/`.
        facts: what fills its gaps, as text. Never a key, never a path of the server.
    """

    def __init__(self, code: str, /, **facts: str) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.sentence(load_texts("en")))

    def sentence(self, texts: Texts) -> str:
        """What was expected, what was found and what to do next, in the language of the texts."""
        return texts(f"chat.refused.{self.code}", **self.facts)
