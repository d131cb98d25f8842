"""Every event type: registered, described, round-tripping over all values its schema allows."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiyan.events import (
    EVENT_TYPES,
    ID_PATTERN,
    Payload,
    decode_batch,
    derived_id,
    encode_batch,
    encode_data,
    get_type,
)
from guiyan.events.payload import register
from guiyan.events.registry import MemberLeft
from guiyan.events.schema import payload_schema
from guiyan.events.testing import DEFAULT_TIME, event_of

CATALOGUE = [
    "OrganisationCreated",
    "OrganisationRenamed",
    "OrganisationMoved",
    "OrganisationDissolved",
    "SecretaryAppointed",
    "ContactPersonAppointed",
    "ContactPersonReplaced",
    "MemberRegistered",
    "MemberImported",
    "MemberDetailsCorrected",
    "CorrectionRequested",
    "CorrectionApproved",
    "CorrectionRejected",
    "DuplicateFlagged",
    "DuplicateConfirmed",
    "DuplicateDismissed",
    "MembersLinked",
    "MembersUnlinked",
    "BranchAssigned",
    "MemberTransferredOut",
    "MembershipSuspended",
    "MembershipReinstated",
    "MembershipRemoved",
    "MembershipEnded",
    "ProbationStarted",
    "ProbationApplicationReceived",
    "ProbationExtended",
    "ProbationConverted",
    "ProbationCancelled",
    "RelationRetained",
    "RetentionReminded",
    "RetentionEnded",
    "DepartureAnnounced",
    "MemberLeft",
    "HostReportedIn",
    "HostAccepted",
    "HostDeclined",
    "MobileMemberRecognised",
    "DestinationChanged",
    "EmployerChanged",
    "MemberReturned",
    "SweepPlanned",
    "DuesAmountSet",
    "DuesPaid",
    "DuesPaidAtHost",
    "DuesProxyPaid",
    "DuesExempted",
    "DuesArrearsNoted",
    "DuesReminded",
    "SixMonthCaseOpened",
    "CommendationProposed",
    "ErasureRequested",
    "LegalHoldChecked",
    "ProcessingRestricted",
    "DekDestroyed",
    "ProjectionsPurged",
    "ErasureCertified",
    "TransferSuggested",
    "TransferSuggestionCleared",
    "TransferSuggestionDismissed",
    "TransferRequested",
    "TransferApprovedByBranch",
    "TransferReturned",
    "TransferWithdrawn",
    "TransferReceived",
    "TransferCancelled",
    "RelationTransferred",
    "IntroductionLetterIssued",
    "LetterHandedOver",
    "LetterExpired",
    "LetterLostReported",
    "LetterVoided",
    "LetterReissued",
    "LetterPrinted",
    "AssignedToBranch",
    "ReceiptReturned",
    "ReceiptPastedOnStub",
    "CertificateRequested",
    "CertificateNumbered",
    "CertificateSealed",
    "CertificateIssued",
    "CertificateDispatched",
    "CertificateHostEntryAdded",
    "CertificateDuesEntryAdded",
    "CertificateAnnualCheckDone",
    "CertificateReturnedForCheck",
    "CertificateReportedLost",
    "CertificateReplaced",
    "CertificateVoided",
    "ContactPlanned",
    "ContactAttempted",
    "ContactCompleted",
    "HostOrgContacted",
    "ContactReminderSent",
    "ContactMissed",
    "ContactEscalated",
    "ContactPointAdded",
    "ContactPointVerified",
    "ContactPointClosed",
    "ContactPointChanged",
    "RelayPersonNominated",
    "RelayPersonWithdrawn",
    "LostContactWatchOpened",
    "LostContactOpened",
    "SearchStarted",
    "SearchStepDone",
    "ContactRegained",
    "LostContactConfirmed",
    "OutcomeDecided",
    "InquiryReceived",
    "AidRaised",
    "HomeVisitReported",
    "ReportGiven",
    "LeadSubmitted",
    "LeadAssessed",
    "EntrepreneurshipInterestRecorded",
    "NoticeQueued",
    "NoticeSent",
    "NoticeDelayed",
    "NoticeDelivered",
    "NoticeBounced",
    "NoticeAcknowledged",
    "ReminderScheduled",
    "ReminderSent",
    "ReminderCancelled",
    "StudyActivityAnnounced",
    "StudyActivityAnswered",
    "StudyActivityHeld",
    "AttendanceRecorded",
    "MaterialDispatched",
    "NoticeGiven",
    "ExportMade",
]
"""The names that domain.md §2 and §8 bind."""

SCHEMAS = Path(__file__).parents[1] / "src/guiyan/events/schemas"
_SHANGHAI = timezone(timedelta(hours=8))


def values_of(schema: Mapping[str, Any], root: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Make a strategy for JSON values that a schema of ours allows."""
    if "$ref" in schema:
        return values_of(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return st.one_of([values_of(arm, root) for arm in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    return _plain_values(schema, root)


def _plain_values(schema: Mapping[str, Any], root: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Make a strategy by the kind of value."""
    kind = schema["type"]
    if kind == "object":
        return _objects(schema, root)
    if kind == "array":
        return st.lists(values_of(schema["items"], root), max_size=3)
    if kind == "string":
        return _strings(schema)
    numbers = {"null": st.none(), "boolean": st.booleans()}
    if kind in numbers:
        return numbers[kind]
    least, most = schema.get("minimum", -1000), schema.get("maximum", 1000)
    if kind == "integer":
        return st.integers(least, most)
    return st.floats(least, most, allow_nan=False)


def _objects(schema: Mapping[str, Any], root: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Make a strategy for objects: with all required fields and some of the others."""
    if "properties" not in schema:
        keys = st.from_regex(r"\A[a-z_]{1,10}\Z")
        return (
            st.dictionaries(keys, values_of(schema["additionalProperties"], root), max_size=3)
            if ("additionalProperties" in schema)
            else st.just({})
        )
    fields = {name: values_of(field, root) for name, field in schema["properties"].items()}
    required = set(schema.get("required", ()))
    needed = {name: field for name, field in fields.items() if name in required}
    return st.fixed_dictionaries(needed, optional={name: fields[name] for name in fields.keys() - required})


def _strings(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    """Make a strategy for texts of a form."""
    if schema.get("format") == "date":
        return st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)
    if schema.get("format") == "date-time":
        times = st.datetimes(datetime(1990, 1, 1), datetime(2199, 1, 1), timezones=st.just(_SHANGHAI))  # noqa: DTZ001 - Hypothesis takes its bounds without a zone
        return times.map(datetime.isoformat)
    if "pattern" in schema:
        return _of_form(schema["pattern"], schema.get("minLength", 0))
    letters = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=20)
    return letters.filter(lambda each: each.strip() == each)


@cache
def _of_form(pattern: str, min_length: int) -> st.SearchStrategy[str]:
    """Make a strategy for ASCII texts that match a whole pattern; kept, for making one is slow."""
    if pattern == ID_PATTERN:
        return st.integers(0, 2**32 - 1).map(lambda number: derived_id(DEFAULT_TIME, str(number)))
    whole = pattern.replace("^", r"\A", 1).removesuffix("$") + r"\Z"
    return st.from_regex(whole, alphabet=st.characters(codec="ascii")).filter(lambda each: len(each) >= min_length)


@cache
def data_of(name: str) -> st.SearchStrategy[Any]:
    """Make the strategy for the data of a type."""
    schema = payload_schema(EVENT_TYPES[name])
    return values_of(schema, schema)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_bound_name_is_a_type(name: str) -> None:
    """The names of domain.md §2 and §8 are binding."""
    assert get_type(name).__name__ == name


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
@settings(max_examples=4, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_type_round_trips(name: str, data: st.DataObject) -> None:
    """Whatever a type's schema allows is read, written, stored in a batch and read again without loss."""
    model = EVENT_TYPES[name]
    payload = model.model_validate(data.draw(data_of(name)))
    written = encode_data(payload)
    assert model.model_validate(written) == payload
    assert decode_batch(encode_batch([event_of(payload, "x")]))[0].payload == payload
    stored = json.loads((SCHEMAS / f"{name}.{model.schema_version}.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(stored).validate(written)


@pytest.mark.parametrize("model", EVENT_TYPES.values(), ids=lambda model: model.__name__)
def test_every_type_says_what_it_means(model: type[Payload]) -> None:
    """A type has a docstring of its own, a service, an aggregate, and a name in past tense (no present-tense verbs)."""
    assert "__doc__" in vars(model)
    assert (model.__doc__ or "").strip().endswith(".")
    assert model.service in {"registry", "transfers", "contact", "notifications"}
    assert model.__module__.split(".")[2] == model.service


def test_a_name_is_given_once() -> None:
    """Two types of one name would be one type on the wire: the second definition fails at once."""
    impostor = type("MemberLeft", (), {"__module__": "elsewhere"})
    with pytest.raises(TypeError, match="already defined"):
        register(impostor)


def test_personal_text_needs_its_key() -> None:
    """A type with sealed text that does not say whose key seals it cannot be defined."""
    with pytest.raises(TypeError, match="person_field"):

        class HalfSealed(MemberLeft):
            """It names no field."""

            person_field: ClassVar[str] = "nobody"


def test_a_type_needs_a_place() -> None:
    """A type without service and aggregate cannot be defined."""
    with pytest.raises(TypeError, match="service"):

        class Placeless(Payload):
            """It says nothing of where it lives."""
