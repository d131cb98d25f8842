"""Privacy: notice and consent, erasure in two steps, exports and reveals as facts (domain.md §5, PIPL)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2
from guiyan.events.codes import ConsentPurpose
from guiyan.events.fields import MemberId, PersonId
from guiyan.events.payload import Payload
from guiyan.events.values import Code, Count, Digest, Id


class ErasureEvent(Payload, abstract=True):
    """What all events of an erasure share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "erasure"
    person_id: PersonId


class ErasureRequested(ErasureEvent):
    """Someone asked for their personal data to be erased (PIPL Art. 47)."""

    ground: Annotated[Code, P1("On which ground, by its code.", "CONSENT_WITHDRAWN")]


class LegalHoldChecked(ErasureEvent):
    """A person checked whether a legal period still runs; until when, if so."""

    held_until: Annotated[date | None, P1("The last day of the period.")] = None


class ProcessingRestricted(ErasureEvent):
    """All but storage and protection has stopped for this person's data (PIPL Art. 47, last paragraph)."""


class DekDestroyed(ErasureEvent):
    """The person's data key was destroyed: every sealed block is unreadable from now on; the events stay."""

    key_ids: Annotated[tuple[Code, ...], P1("Which keys.", ["dk-1"])]
    backups_by: Annotated[date | None, P1("The day by which the key is gone from backups as well.")] = None


class ProjectionsPurged(ErasureEvent):
    """A read model, file store or queue no longer holds the person's data."""

    stores: Annotated[tuple[Code, ...], P1("Which ones.", ["registry.members"])]


class ErasureCertified(ErasureEvent):
    """The erasure is complete; the digest of its certificate is kept."""

    certificate_digest: Annotated[Digest, P1("SHA-256 of the certificate.")]


class ConsentEvent(Payload, abstract=True):
    """What all events of a consent share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "consent"
    person_id: PersonId


class NoticeGiven(ConsentEvent):
    """The person was told how the data is handled, by a versioned text (PIPL Art. 17, 30)."""

    text_version: Annotated[Code, P1("Which text.", "2026-01")]


class ConsentGiven(ConsentEvent):
    """The person consented to one purpose (PIPL Art. 14, 29)."""

    purpose: Annotated[ConsentPurpose, P2("Which purpose.")]
    text_version: Annotated[Code, P1("Which text was shown.", "2026-01")]


class ConsentWithdrawn(ConsentEvent):
    """The person withdrew a consent (PIPL Art. 15)."""

    purpose: Annotated[ConsentPurpose, P2("Which purpose.")]


class AccessEvent(Payload, abstract=True):
    """What all records of access share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "access"


class FieldsRevealed(AccessEvent):
    """Someone looked at masked fields of one person, for a stated reason (domain.md §5.2, 8.1.4.11)."""

    person_id: PersonId
    fields: Annotated[tuple[Code, ...], P1("Which fields, by name.", ["mobile"])]
    reason: Annotated[Code, P1("Why, by its code.", "CONTACT_DUTY")]


class ExportMade(AccessEvent):
    """A file with personal data was made, with watermark and expiry (domain.md §5.3)."""

    export_id: Annotated[Id, P1("The id in the watermark.")]
    list_name: Annotated[Code, P1("Which list.", "outflow_ledger")]
    rows: Annotated[Count, P1("How many rows.")]
    expires_on: Annotated[date, P1("The day it has to be deleted by.")]


class CardPrinted(Payload):
    """The registration card of a member was printed with the personal text in full; each print is counted (S-09)."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "card"
    member_id: MemberId
    departure_id: Annotated[Id | None, P1("The trip that the card tells of, if any.")] = None
    print_count: Annotated[Count, P1("How many times by now.")]
    fields: Annotated[tuple[Code, ...], P1("Which fields stand on it in full, by name.", ["name", "id_no"])]
    reason: Annotated[Code, P1("Why, by its code.", "FILING")]
