"""The European Central Bank's list of the day on 127.0.0.1, in the shape that it has."""

from __future__ import annotations

from collections.abc import Sequence

from tests.emulators.loopback import Loopback, Reply, Seen

LIST_PATH = "/stats/eurofxref/eurofxref-daily.xml"
HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
"""
RATES = (("USD", "1.1172"), ("JPY", "175.68"), ("GBP", "0.8338"), ("ISK", "136.00"))


def day_of(day: str, rates: Sequence[tuple[str, str]] = RATES) -> str:
    """The rates of one day, as the bank writes them."""
    rows = "".join(f"\t\t\t<Cube currency='{name}' rate='{rate}'/>\n" for name, rate in rates)
    return f"\t\t<Cube time='{day}'>\n{rows}\t\t</Cube>\n"


def rate_list(*days: str) -> bytes:
    """The whole file, of one day or of several."""
    return f"{HEAD}\t<Cube>\n{''.join(days)}\t</Cube>\n</gesmes:Envelope>\n".encode()


class RateList(Loopback):
    """The list; ``content`` may be changed between requests."""

    def __init__(self, content: bytes | None = None) -> None:
        super().__init__()
        self.content = rate_list(day_of("2026-11-25")) if content is None else content

    def answer(self, request: Seen) -> Reply:
        """The route of a request."""
        if request.path == LIST_PATH:
            return Reply(content=self.content, content_type="text/xml")
        return Reply(status=404, content=b"<html>Not found</html>", content_type="text/html")
