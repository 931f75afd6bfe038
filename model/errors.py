"""Everything that can go wrong and that a user may be told about.

    BedsideError
    ├── StudyError          no such study or estimator, or they do not go together
    │   ├── StudyRefused    a study's file does not declare one
    │   └── DraftRefused    no study can be drafted from a table as it is
    ├── InputError          patients that cannot be scored as they are
    │   ├── FileRefused     a file of which nothing is scored
    │   ├── ReceiptRefused  a receipt that cannot be read, or scored again
    │   └── RecordRefused   an electronic record of which nothing is read
    ├── ExtraMissing        a library that is only installed for some is not installed
    ├── OutputError         a result cannot be written where it should be
    ├── AuditBroken         the audit log is not as it was written
    ├── PromotionRefused    an alias may not be moved
    ├── ServingFailed       a version's own server does not run
    ├── DataError
    │   ├── DataNotPinned   the training table is not the one whose hash is pinned
    │   ├── DataNotDeclared   the training table holds what the study does not declare
    │   ├── TableRefused    a file is no table a study can be made from
    │   ├── TableAbsent     the training table is not on this machine
    │   ├── DataMismatch    the table and the original files disagree
    │   └── DownloadFailed  the original files could not be fetched
    ├── TrackingError       MLflow could not be asked, or refused
    │   ├── TrackingUnavailable   nothing answers at that address
    │   │   └── TrackingBusy      it is locked, overloaded or slow: what may pass by itself
    │   ├── FileStoreRetired      the address is a folder, which MLflow no longer serves
    │   ├── StoreReadOnly         the store is of another MLflow, which a change would lock out
    │   └── VersionNotFound       the store has no such model, version or alias
    ├── ModelError
    │   ├── BundleRefused   the files are not the ones that were logged
    │   ├── GoldenMismatch  the model does not reproduce its own numbers
    │   ├── FilesGone       a version is listed and its files are not there any more
    │   ├── NotAdopted      a model somebody else logged, and nobody adopted
    │   ├── SignatureRefused   what a model takes is not known, or no form can show it
    │   ├── NotExportable   no engine of this project can stand for the fitted estimator
    │   ├── AdoptionError   a model somebody else logged is not taken over
    │   │   ├── OriginalRefused   its files are not opened: nothing of them was run
    │   │   ├── OriginalFailed    it was opened, and does not answer as a risk model does
    │   │   └── DecisionNeeded    a person has to say what nobody can infer
    │   └── TrainingFailed  a training stopped before its end
    └── EndpointError
        ├── EndpointUnavailable   the REST endpoint does not answer
        ├── EndpointRefused       the endpoint answered with an error or with nonsense
        └── EndpointMismatch      the endpoint serves another model than the one chosen

Every message says what happened, where, and what to do. None holds a patient's
value, a password or a stack trace, so each may be shown and logged as it is.
"""

from __future__ import annotations

from pathlib import Path


class BedsideError(Exception):
    """Root of the tree: a message a user may read as it stands."""


class StudyError(BedsideError):
    """There is no study or estimator of that name, or the one does not go with the other."""


class StudyRefused(StudyError):
    """A study's file that cannot be read as one; the message names line and key."""


class DraftRefused(StudyError):
    """No study can be drafted from a table as it is; the message says what to do."""


class InputError(BedsideError):
    """Patients that cannot be scored as they are."""


class FileRefused(InputError):
    """A file that cannot be read without guessing; nothing of it is scored.

    `code` is the reason in one word, `column` where it lies, `conversion` what would repair it.
    """

    def __init__(
        self, code: str, message: str, column: str | None = None, conversion: str | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.column, self.conversion = code, column, conversion

    def __reduce__(self) -> tuple[type[FileRefused], tuple[str | None, ...]]:
        return type(self), (self.code, str(self), self.column, self.conversion)


class ReceiptRefused(InputError):
    """A receipt that cannot be read, or whose patient cannot be scored again."""


class RecordRefused(InputError):
    """An electronic record that cannot be read without guessing; nothing of it is taken."""


class ExtraMissing(BedsideError):
    """A library this program does without, except for what was just asked of it."""

    def __init__(self, purpose: str, requirement: str) -> None:
        super().__init__(
            f"{purpose} needs a library that is not installed here. Install it where the app "
            f'runs and start the app again: pip install "{requirement}"'
        )


class OutputError(BedsideError):
    """A result cannot be written where it should be; nothing of it was."""


class AuditBroken(BedsideError):
    """The audit log is not as it was written."""


class PromotionRefused(BedsideError):
    """An alias may not be moved: not here, not without a reason, or not to that version."""


class ServingFailed(BedsideError):
    """A server for one version did not start, or ended by itself."""


class DataError(BedsideError):
    """The training data cannot be used."""


class DataNotPinned(DataError):
    """The training table is not the one whose hash is pinned in the code."""


class DataNotDeclared(DataError):
    """The training table holds what the study does not declare."""


class TableRefused(DataError):
    """A file that is no table of patients a study can be made from."""


class TableAbsent(DataError):
    """The training table is not on this machine."""


class DataMismatch(DataError):
    """The project's table and the original files disagree."""


class DownloadFailed(DataError):
    """The original files could not be fetched."""


class TrackingError(BedsideError):
    """The tracking server could not be asked, or refused."""


class TrackingUnavailable(TrackingError):
    """Nothing answers at the tracking address."""


class TrackingBusy(TrackingUnavailable):
    """The store is locked, overloaded or slow; it may be asked again."""


class FileStoreRetired(TrackingError):
    """The tracking address is a folder of files, which MLflow no longer serves."""


class StoreReadOnly(TrackingError):
    """The store is of another MLflow, which could not open it any more if it were changed."""


class VersionNotFound(TrackingError):
    """The store has no such model, version or alias."""


class ModelError(BedsideError):
    """A model cannot be offered."""


class BundleRefused(ModelError):
    """The bundle's files are not exactly the ones that were logged."""


class GoldenMismatch(ModelError):
    """The model does not reproduce the numbers it was logged with."""


class FilesGone(ModelError):
    """A version is listed, and its files are not where the server says."""


class NotAdopted(ModelError):
    """A model that somebody else logged and nobody adopted: it gives no number."""


class SignatureRefused(ModelError):
    """What a model somebody else logged takes is not known, or no form can show it."""


class NotExportable(ModelError):
    """No engine of this project can stand for the fitted estimator."""


class AdoptionError(ModelError):
    """A model somebody else logged is not taken over."""


class OriginalRefused(AdoptionError):
    """The files of somebody else's model are not opened; nothing of them was run."""


class OriginalFailed(AdoptionError):
    """Somebody else's model does not answer, or not with risks."""


class DecisionNeeded(AdoptionError):
    """A person has to say what can be inferred from nothing; the message is the question.

    `draft` is the file with everything else filled in; each of `questions` is one when printed.
    """

    def __init__(
        self, question: str, draft: Path | None = None, questions: tuple[object, ...] = ()
    ) -> None:
        super().__init__(question)
        self.draft, self.questions = draft, questions or (question,)

    def __reduce__(self) -> tuple[type[DecisionNeeded], tuple[object, ...]]:
        return type(self), (str(self), self.draft, self.questions)


class TrainingFailed(ModelError):
    """A training stopped before its end; nothing of it is offered."""


class EndpointError(BedsideError):
    """A REST endpoint cannot be used."""


class EndpointUnavailable(EndpointError):
    """The endpoint does not answer."""


class EndpointRefused(EndpointError):
    """The endpoint answered with an error or with something that is not a risk."""


class EndpointMismatch(EndpointError):
    """The endpoint serves another model than the one chosen."""
