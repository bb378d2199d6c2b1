"""In which of our languages a question is asked."""

import re
from typing import Final

KANA: Final = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff6f\uff71-\uff9d]")
HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def language_of(question: str) -> str:
    """`ja` or `en`: Japanese where a kana stands, or where most letters are Chinese characters.

    A product name in Latin letters does not make a Japanese question English. Every other language
    is asked for in English; the rules tell the model to answer in that of the question.
    """
    letters = sum(character.isalpha() for character in question)
    return "ja" if KANA.search(question) or 2 * len(HAN.findall(question)) > letters else "en"
