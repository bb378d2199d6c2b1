"""Everything that can go wrong in the catalog room, as one small tree.

Each message is one or two plain sentences: what was expected, what was found, where, and what to
do next. A face (command line, REST, page) may show ``str(error)`` to a person as it is.
"""

from __future__ import annotations

from collections.abc import Sequence


class CatalogError(Exception):
    """Base of all errors that the catalog raises on purpose.

    Attributes:
        message: the sentence for a person; holds no password.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SettingInvalid(CatalogError):
    """An environment variable holds a value that cannot be used.

    Attributes:
        variable: name of the environment variable, e.g. ``MODELCOST_PORT``.
    """

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(message)
        self.variable = variable


class DataFolderNotWritable(CatalogError):
    """The data folder cannot be made or written: no right, or a file is in the way."""


class DatabaseUnavailable(CatalogError):
    """The database cannot be reached, opened or written."""


class DatabaseForeign(CatalogError):
    """The database holds something that is not ours: another program's tables, or no database."""


class DatabaseTooNew(CatalogError):
    """The database was written by a newer version of this program.

    Attributes:
        found: schema revision in the database.
        known: newest schema revision that this program knows.
    """

    def __init__(self, message: str, *, found: str, known: str) -> None:
        super().__init__(message)
        self.found = found
        self.known = known


class BackupNotPossible(CatalogError):
    """No backup could be written; the message says what to use instead."""


class SnapshotDamaged(CatalogError):
    """A bundled snapshot file is missing, changed or holds rows that are refused.

    Attributes:
        file: name of the file inside the snapshot.
    """

    def __init__(self, message: str, *, file: str) -> None:
        super().__init__(message)
        self.file = file


class ReferenceDataInvalid(CatalogError):
    """A reference file that a snapshot is built from is missing or not as expected."""


class PriceOutOfOrder(CatalogError):
    """A price reading is older than the one already stored, so it cannot replace it."""


class QueryInvalid(CatalogError):
    """A question to the catalog cannot be answered as it was put.

    Attributes:
        field: the argument at fault, e.g. ``after``.
    """

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class CursorInvalid(QueryInvalid):
    """The ``after`` cursor of a list was not made by that list."""


class BenchmarkRefused(QueryInvalid):
    """A result file of a load generator, or what was said of it, cannot be used.

    Its ``field`` is the place in the file, or the option at fault.
    """


class NotInCatalog(CatalogError):
    """A name leads to nothing that the catalog knows.

    Attributes:
        name: the name as it was asked for.
        nearest: up to five known ids that look alike, best first.
    """

    def __init__(self, message: str, *, name: str, nearest: Sequence[str]) -> None:
        super().__init__(message)
        self.name = name
        self.nearest = tuple(nearest)


class ModelNotFound(NotInCatalog):
    """No model goes by this id or alias."""


class InstanceNotFound(NotInCatalog):
    """No instance of this provider goes by this name."""


class PriceNotFound(NotInCatalog):
    """No price has this id."""


class OwnPriceFileNotFound(NotInCatalog):
    """No file of own prices was loaded under this name."""


class OwnRateNotFound(NotInCatalog):
    """No own rate of this owner was imported."""


class GpuNotFound(NotInCatalog):
    """No GPU goes by this name."""


class OwnMeasurementNotFound(NotInCatalog):
    """No own measurement has this id."""


class DecisionNotFound(NotInCatalog):
    """No decision has this id, or it has no version of this number."""


class DecisionRemoved(DecisionNotFound):
    """The decision of this id was taken off the list; it can be put back."""


class DecisionKeysTried(CatalogError):
    """Too many wrong keys were tried for a decision.

    Attributes:
        seconds: until the next one is looked at.
    """

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class DecisionNotHeld(CatalogError):
    """Only who saved a decision may do this: neither the browser's session nor a key says so."""


class ModelAmbiguous(CatalogError):
    """An alias leads to more than one model; a person has to pick.

    Attributes:
        name: the name as it was asked for.
        candidates: the model ids that it may mean, in order of id.
    """

    def __init__(self, message: str, *, name: str, candidates: Sequence[str]) -> None:
        super().__init__(message)
        self.name = name
        self.candidates = tuple(candidates)


class SourceFailed(CatalogError):
    """A source could not be read on: network, limits, deadline, an answer that is no answer.

    Attributes:
        reason: a word, such as ``timeout``, ``refused``, ``limited``, ``budget``, ``deadline``,
            ``cut``, ``too_long``, ``not_json``, ``other_host``, ``unauthorized``, ``untrusted``,
            ``loop``, ``drift``, ``not_recorded``, ``bad_cursor``, ``bad_status``.
        retry_after_seconds: how long the source asks to wait; None: it does not say.
    """

    def __init__(
        self, message: str, *, reason: str, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class SecondOpinionUnavailable(CatalogError):
    """Another program that computes capacities cannot be installed or run, or failed."""


class SyncIsRunning(CatalogError):
    """Another process syncs this catalog."""


class SyncSourceUnknown(CatalogError):
    """No source goes by this name."""
