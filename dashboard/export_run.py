"""From a scenario to a paper: what the command line, REST and the page's menu call."""

from catalog.database import Database
from catalog.document import Form
from dashboard.exports.kinds import ExportFile, Kind, export_file
from dashboard.exports.paper import paper_of
from dashboard.format import Format
from dashboard.hybrid_case import HybridRequest
from dashboard.sentences import Sentences
from dashboard.service import answer_bytes
from dashboard.texts import Texts


def export_of_bytes(
    database: Database,
    content: bytes,
    kind: Kind,
    texts: Texts,
    *,
    form: Form,
    name: str = "",
    own_prices: bool = False,
    hybrid: HybridRequest | None = None,
) -> ExportFile:
    """The scenario in the bytes of a file or request as a paper; own_prices: see
    `dashboard.service.answer`; hybrid: what the workbook's sheet of a base is about. Raises
    Refused."""
    scenario, found = answer_bytes(database, content, form=form, name=name, own_prices=own_prices)
    sentences = Sentences(texts, Format(texts.language, found.question.currency))
    return export_file(paper_of(found, scenario, sentences, hybrid=hybrid), kind)
