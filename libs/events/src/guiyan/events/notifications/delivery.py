"""How notices are governed: templates, preferences, campaigns, providers and the daily reconciliation (S-35)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime

from guiyan.events.classes import P0, P1, P2
from guiyan.events.codes import CampaignResult, NoticeChannel
from guiyan.events.fields import MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import Code, Count, Digest, Id, OrgCode, Quarter, TemplateLine


class TemplateEvent(Payload, abstract=True):
    """What all events of a template share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "template"
    template: Annotated[Code, P0("Which template.", "contact_missed")]
    template_version: Annotated[Count, P0("Which version.", 1)]


class TemplatePublished(TemplateEvent):
    """A checked version of a template may be used; a message names the version it was made from."""

    channel: Annotated[NoticeChannel, P0("For which channel.")]
    language: Annotated[Code, P0("In which language.", "zh-CN")]
    digest: Annotated[Digest, P0("SHA-256 of its text.")]
    subject: Annotated[
        TemplateLine | None, P0("Its subject, with fields; empty for an SMS.", "未联系提醒:{{ quarter }}")
    ] = None
    lines: Annotated[
        tuple[TemplateLine, ...], P0("Its text line by line, with fields; no personal data.", ("您好:",))
    ] = ()


class TemplateRetired(TemplateEvent):
    """A version may no longer be used."""


class PreferenceEvent(Payload, abstract=True):
    """What all events of a recipient's preferences share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "preference"
    recipient_id: Annotated[Id, P1("Whose.")]


class PreferenceSet(PreferenceEvent):
    """The recipient chose channel, language and digest."""

    channel: Annotated[NoticeChannel, P2("The channel tried first.")]
    language: Annotated[Code, P1("The language.", "zh-CN")]
    daily_digest: Annotated[bool, P1("One message a day; escalations skip it.")] = False
    each_at_once: Annotated[bool, P1("Each message by itself, also where the office gathers them.")] = False


class DoNotContactSet(PreferenceEvent):
    """The recipient does not want messages on a channel; duties go on by other ways."""

    channel: Annotated[NoticeChannel, P2("Which channel.")]


class DoNotContactLifted(PreferenceEvent):
    """The recipient takes messages on that channel again."""

    channel: Annotated[NoticeChannel, P2("Which channel.")]


class CampaignEvent(Payload, abstract=True):
    """What all events of a campaign share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "campaign"


class CampaignPlanned(CampaignEvent):
    """A quarterly message to all mobile members below an organisation was planned (S-35)."""

    org_code: Annotated[OrgCode, P1("Below which organisation.")]
    quarter: Annotated[Quarter, P1("Which quarter.")]
    template: Annotated[Code, P1("Which template.", "quarterly_greeting")]
    starts_on: Annotated[date, P1("From when.")]
    starts_at: Annotated[AwareDatetime | None, P1("The moment from which its messages are queued.")] = None


class CampaignStarted(CampaignEvent):
    """Its messages were queued."""

    recipients: Annotated[Count, P1("How many.")]


class CampaignResultNoted(CampaignEvent):
    """What it gave for one member; a reply or call-back opens an inquiry (S-35)."""

    member_id: MemberId
    notice_id: Annotated[Id | None, P1("The notice.")] = None
    result: Annotated[CampaignResult, P2("What.")]
    branch: Annotated[OrgCode | None, P1("The branch on whose behalf the member was written to.")] = None


class CampaignClosed(CampaignEvent):
    """It is over."""

    delivered: Annotated[Count, P1("Delivered.")]
    replied: Annotated[Count, P1("Replied or called back.")]
    failed: Annotated[Count, P1("Failed.")]
    unknown: Annotated[Count, P1("Outcome unknown.")]
    recipients: Annotated[Count | None, P1("How many members it was for.")] = None
    sent: Annotated[Count, P1("Sent, no receipt.")] = 0
    suppressed: Annotated[Count, P1("Not sent, each with its reason.")] = 0
    pending: Annotated[Count, P1("Not sent yet.")] = 0


class ProviderEvent(Payload, abstract=True):
    """What all events of a provider share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "provider"
    provider: Annotated[Code, P1("Which provider.", "smtp_main")]


class ProviderSuspended(ProviderEvent):
    """Too many failures: its share goes to the others for now."""

    failures: Annotated[Count, P1("How many failures in the window.")]


class ProviderResumed(ProviderEvent):
    """It works again and slowly gets its share back."""


class ReconciliationEvent(Payload, abstract=True):
    """What all events of the daily reconciliation share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "reconciliation"


class DayReconciled(ReconciliationEvent):
    """For a day and branch: due = delivered + sent + suppressed + pending + failed + unknown, or an alarm.

    The next one of the same day corrects it: a receipt that came later counts for the day that its message was due.
    """

    day: Annotated[date, P1("Which day.")]
    org_code: Annotated[OrgCode, P1("Which branch.")]
    due: Annotated[Count, P1("Due.")]
    delivered: Annotated[Count, P1("Delivered.")]
    sent: Annotated[Count, P1("Sent, no receipt yet.")]
    suppressed: Annotated[Count, P1("Suppressed, each with its reason.")]
    pending: Annotated[Count, P1("Pending.")]
    failed: Annotated[Count, P1("Failed, or came back.")]
    unknown: Annotated[Count, P1("Outcome unknown.")]
    lost: Annotated[Count, P1("The difference: called for by an event, and no notice was queued. Not 0: an alarm.")] = 0
