"""How sure a measured mean is, in words."""

from decimal import Decimal

from dashboard.chat.evaluation import MeanTokens
from dashboard.format import Format
from dashboard.texts import Texts


def spread_words(tokens: MeanTokens, texts: Texts, fmt: Format) -> str:
    """`from 12 questions, ±18 %`: half the width of the 90 % interval of the mean, as a share."""
    if tokens.questions == 0:
        return texts("chat.tokens.uncounted")
    if tokens.spread is None:
        return texts.counted("chat.tokens.spread_unknown", tokens.questions)
    count = fmt.exact_count(Decimal(tokens.questions))
    return texts("chat.tokens.spread", count=count, spread=fmt.share(tokens.spread))
