"""Why a file is not read: each reason a code with a sentence `chat.refused.CODE`."""

from enum import StrEnum


class Refusal(StrEnum):
    """A reason; in brackets the facts of its sentence beside the `name` of the file."""

    GONE = "gone"
    EMPTY = "empty"
    TOO_LARGE = "too_large"  # limit, found: megabytes
    UNKNOWN_KIND = "unknown_kind"  # kinds
    MISLABELLED = "mislabelled"  # named, found, kinds
    SAVE_AS_DOCX = "save_as_docx"  # found
    SAVE_AS_CSV = "save_as_csv"  # found
    SAVE_AS_PDF = "save_as_pdf"  # found
    UNPACK_FIRST = "unpack_first"  # found
    NOT_A_DOCUMENT = "not_a_document"  # found, kinds
    NOT_TEXT = "not_text"
    ENCRYPTED = "encrypted"
    IMAGE_ONLY = "image_only"  # pages
    NO_TEXT = "no_text"
    TOO_MANY_PAGES = "too_many_pages"  # limit, found
    TOO_MANY_SECTIONS = "too_many_sections"  # limit
    TOO_MUCH_TEXT = "too_much_text"  # limit: characters
    UNPACKS_TOO_LARGE = "unpacks_too_large"  # limit: megabytes
    TOOK_TOO_LONG = "took_too_long"  # limit: seconds
    NEEDS_TOO_MUCH_MEMORY = "needs_too_much_memory"  # limit: mebibytes
    BROKEN = "broken"
    NOT_STARTED = "not_started"


class Unreadable(Exception):
    """A reader refuses a file. It knows no name of the file; who asked adds it.

    Attributes:
        facts: what fills the gaps of the sentence, beside `name`.
    """

    def __init__(self, refusal: Refusal, /, **facts: str) -> None:
        self.refusal = refusal
        self.facts = facts
        super().__init__(refusal.value)
