"""Notifications put together: the one place that knows all its parts."""

from typing import Final

from guiyan.ledger.grouping import Grouped
from guiyan.ledger.reactions import consumer_of
from guiyan.notifications.addresses import Addresses
from guiyan.notifications.campaign_ways import CampaignWays
from guiyan.notifications.campaigning import Campaigning
from guiyan.notifications.channels.making import make_boxes, make_pools, provider_configs
from guiyan.notifications.channels.marks import Marks
from guiyan.notifications.commands.letters import LetterDesk
from guiyan.notifications.digest_entries import DigestEntries
from guiyan.notifications.domain.editions import check_templates
from guiyan.notifications.doors.accounts import AccountDoors
from guiyan.notifications.doors.campaigns import CampaignDoors
from guiyan.notifications.doors.http import NoticeDoors
from guiyan.notifications.doors.ingest import ingest_handlers
from guiyan.notifications.doors.letters import LetterDoors
from guiyan.notifications.doors.preferences import PreferenceDoors
from guiyan.notifications.doors.providers import ProviderDoors
from guiyan.notifications.doors.receipts import ReceiptDoors
from guiyan.notifications.doors.templates import TemplateDoors
from guiyan.notifications.gathering import Gathering
from guiyan.notifications.jobs import its_job_looks
from guiyan.notifications.messages import MESSAGES
from guiyan.notifications.planning import Planner
from guiyan.notifications.policies.digests import Digests
from guiyan.notifications.policies.intents import Intents
from guiyan.notifications.projections import (
    Accounts,
    Campaigns,
    Letters,
    Notices,
    Offices,
    Posts,
    Preferences,
    Providers,
    Reach,
    Sides,
    Study,
    Templates,
)
from guiyan.notifications.projections.accounts import RECONCILE
from guiyan.notifications.projections.campaigns import CLOSE, START
from guiyan.notifications.projections.notices import GATHER, RETRY
from guiyan.notifications.queries import NoticeReads, PostReads
from guiyan.notifications.receiving import Receiving
from guiyan.notifications.reconciling import Reconciling
from guiyan.notifications.returning import Returning
from guiyan.notifications.sender import Sender
from guiyan.notifications.settings import NotificationsSettings
from guiyan.notifications.study_hearers import StudyHearers
from guiyan.notifications.studying import studying
from guiyan.notifications.texts import ErasedPeople, Texts
from guiyan.notifications.wordings import Wordings
from guiyan.notifications.writing import Writer
from guiyan.service.blueprint import Blueprint, Composed, Parts


def compose(parts: Parts[NotificationsSettings]) -> Composed:
    """Doors, the intents' policy, the sender."""
    check_templates()
    reads = parts.reads(Notices)
    notices = NoticeReads(reads, parts.reads(Providers))
    receiving = Receiving(parts.commands, parts.clock, notices)
    configs, marks = provider_configs(parts.settings), Marks(parts.index.digest)
    pools = make_pools(configs, parts.clock, receiving.told, marks)
    returning = Returning(
        make_boxes(configs, parts.clock),
        marks,
        pools,
        receiving,
        parts.store.leases,
        parts.metrics,
        parts.settings.returns_look_seconds,
    )
    posts = PostReads(parts.reads(Posts), parts.reads(Sides), parts.directory)
    addresses = Addresses(posts, parts.reads(Reach))
    planner = Planner(addresses, pools.channels, parts.rulebook, parts.reads(Preferences))
    templates = parts.reads(Templates)
    wordings = Wordings(templates, parts.reads(Offices), parts.directory)
    sender = Sender(
        Grouped(parts.ledger, parts.commands),
        parts.clock,
        notices,
        planner,
        Writer(addresses, wordings, DigestEntries(parts.commands, parts.clock, notices)),
        pools,
        parts.store.leases,
        receiving,
        parts.settings.send_attempts_most,
        parts.settings.send_settle_seconds,
        parts.settings.send_at_once,
    )
    intents = Intents(posts, wordings, planner, StudyHearers(parts.reads(Study), posts))
    gathering = Gathering(
        parts.commands,
        parts.ledger,
        parts.clock,
        reads,
        parts.store.checkpoints,
        consumer_of(intents),
        planner,
        wordings,
        parts.directory,
        parts.store.leases,
    )
    study = studying(parts)
    accounts = parts.reads(Accounts)
    reconciling = Reconciling(accounts, parts.clock, parts.metrics)
    texts = Texts(parts.commands, parts.clock, reads, pools, parts.rulebook)
    campaigns = parts.reads(Campaigns)
    campaigning = Campaigning(
        parts.ledger,
        parts.commands,
        parts.clock,
        parts.directory,
        campaigns,
        parts.reads(Study),
        reads,
        accounts,
        addresses,
        planner,
        wordings,
        parts.store.leases,
    )
    campaign_doors = CampaignDoors(
        parts.commands,
        parts.ledger,
        parts.clock,
        parts.directory,
        parts.rulebook,
        campaigns,
        parts.reads(Study),
        accounts,
        wordings,
        CampaignWays(
            parts.reads(Study),
            reads,
            parts.reads(Posts),
            parts.reads(Sides),
            parts.reads(Reach),
            parts.reads(Preferences),
            parts.directory,
            parts.rulebook,
            pools.channels,
        ),
    )
    return Composed(
        routers=[
            campaign_doors.router(),
            AccountDoors(parts.directory, parts.clock, accounts).router(),
            NoticeDoors(parts.commands, parts.ledger, parts.clock, reads).router(),
            TemplateDoors(parts.commands, parts.ledger, parts.clock, templates, wordings, parts.rulebook).router(),
            ProviderDoors(pools, parts.reads(Providers)).router(),
            ReceiptDoors(pools, receiving).router(),
            PreferenceDoors(parts.commands, parts.ledger, parts.clock, parts.reads(Preferences), posts).router(),
            LetterDoors(letter_desk(parts, wordings, posts)).router(),
            *study.routers,
        ],
        policies=[
            intents,
            Digests(reads),
            ErasedPeople(texts),
        ],
        timers={
            RETRY: its_job_looks,
            GATHER: its_job_looks,
            RECONCILE: reconciling.reconcile,
            START: its_job_looks,
            CLOSE: campaigning.close,
            **study.timers,
        },
        ingest=ingest_handlers(study.desk, posts, parts.index),
        jobs=[sender, reconciling, campaigning, texts, returning, gathering],
        state=study.state,
    )


def letter_desk(parts: Parts[NotificationsSettings], wordings: Wordings, posts: PostReads) -> LetterDesk:
    """Printing letters, wired."""
    return LetterDesk(
        parts.ledger,
        parts.commands,
        parts.sealer,
        parts.clock,
        parts.directory,
        wordings,
        posts,
        parts.reads(Study),
        parts.reads(Letters),
    )


BLUEPRINT: Final = Blueprint(
    title="Notifications",
    description="Every reminder that is due arrives once, or somebody knows why not.",
    settings=NotificationsSettings,
    compose=compose,
    projections=(
        Accounts(),
        Campaigns(),
        Letters(),
        Notices(),
        Offices(),
        Posts(),
        Preferences(),
        Providers(),
        Reach(),
        Sides(),
        Study(),
        Templates(),
    ),
    messages=MESSAGES,
)
