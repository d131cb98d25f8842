"""What messages say: every template of the program in every version, language and sample; the sandbox; the measure."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.events import EVENT_TYPES, Payload
from guiyan.events.codes import NoticeChannel, ReturnReason, VoidReason
from guiyan.events.notifications.delivery import TemplatePublished, TemplateRetired
from guiyan.ledger.testing.deciders import Scenario
from guiyan.notifications.domain import sandbox
from guiyan.notifications.domain.checks import DISCREET, Limits, filled, problems_of
from guiyan.notifications.domain.editions import BUILT_IN, STANDING, check_templates
from guiyan.notifications.domain.fields import FIELDS, STEPS, Field, Kind, fields_of, samples_of
from guiyan.notifications.domain.matters import Known, matter_of
from guiyan.notifications.domain.revealing import revealing
from guiyan.notifications.domain.rules import RULES
from guiyan.notifications.domain.sms import sms_length
from guiyan.notifications.domain.template import TEMPLATE, Publish, Retire
from guiyan.notifications.domain.wording import BOTH, EN, ZH, Edition, Wording
from guiyan.transfers.domain import certificate_steps, steps

EMAIL, SMS = NoticeChannel.EMAIL, NoticeChannel.SMS
DAY: Final = date(2026, 3, 10)
SAMPLES: Final = Path(__file__).resolve().parents[3] / "libs/events/samples"
FROZEN: Final = Path(__file__).parent / "frozen_editions.json"
ALL: Final = [
    (name, edition.version, wording)
    for name, editions in BUILT_IN.items()
    for edition in editions.values()
    for wording in edition.wordings
]
MAIL: Final = Wording(EMAIL, ZH, "提醒 {{ quarter }}", ("编号 {{ duty }}",))
TEXT: Final = Wording(SMS, ZH, "", ("请致电 {{ phone }}",))


def _code(*faulty: Wording, template: str = "contact_missed", segments: int = 2) -> list[tuple[str, str]]:
    """Where and of what kind the faults of these words are."""
    return [(fault.pointer, fault.code) for fault in problems_of(template, faulty, Limits(segments))]


def test_what_has_been_sent_is_worded_so_for_ever() -> None:
    """The program's own editions never change: other words are another version (a notice names the one it is from)."""
    told = {
        name: {
            str(number): hashlib.sha256("".join(one.digest for one in edition.wordings).encode()).hexdigest()[:16]
            for number, edition in editions.items()
        }
        for name, editions in BUILT_IN.items()
    }
    assert told == json.loads(FROZEN.read_text("utf-8"))


def test_every_template_of_the_program_can_be_used() -> None:
    """Checked as an office's are, and told before the service starts; each SMS is one segment, each is there twice."""
    check_templates()
    for name, number in STANDING.items():
        words = BUILT_IN[name][number].wordings
        assert problems_of(name, words, Limits(sms_segments=1)) == []
        assert {(one.channel, one.language) for one in words} == {(EMAIL, ZH), (EMAIL, EN), (SMS, ZH), (SMS, EN)}
    bad = {"contact_missed": {9: Edition(9, (Wording(EMAIL, ZH, "{{ name }}", ("x",)),))}}
    with pytest.raises(ValueError, match="contact_missed, version 9: template_field_unknown at /wordings/0/subject"):
        check_templates(bad)


def test_the_first_edition_says_what_it_said() -> None:
    """Word for word what the mails of that time said, each value as it was told."""
    (wording,) = BUILT_IN["contact_missed"][1].wordings
    subject, body = filled("contact_missed", wording, {"quarter": "2026-Q1", "duty": "d-1", "missed": "2"})
    assert subject == "未联系提醒 Contact missed: 2026-Q1"
    assert body == (
        "您好:\n\n2026-Q1 季度的一项联系任务到期未完成(连续 2 个季度)。请尽快联系并登记,任务编号:\nd-1\n\n"
        "A contact duty of 2026-Q1 ended without the member being reached (2 in a row). Please try again soon and "
        "record it; the duty's number is above.\n"
    )
    assert wording.language == BOTH


@pytest.mark.parametrize("kind", sorted(RULES))
def test_what_happens_tells_every_field(kind: str) -> None:
    """Each event of a rule gives all values that its templates may use: no wording of anybody can lack one."""
    model = EVENT_TYPES[kind]
    sample = json.loads((SAMPLES / f"{kind}.{model.schema_version}.json").read_text("utf-8"))
    activity = {"starts_on": "2026-04-10", "branch": "654002001001", "announced_on": "2026-03-10", "state": "ANNOUNCED"}
    known = Known({}, "654002001001", activity, {})
    matter = matter_of(model.model_validate(sample["data"]), sample["subject"].partition("/")[2], known)
    for rule in RULES[kind]:
        assert FIELDS[rule.template].keys() <= matter.params.keys(), rule.name
        for wording in BUILT_IN[rule.template][STANDING[rule.template]].wordings:
            assert filled(rule.template, wording, {**matter.params, "phone": ""})[1]


@pytest.mark.parametrize(("name", "number", "wording"), ALL)
def test_no_sms_reveals_membership(name: str, number: int, wording: Wording) -> None:
    """§1.4, over every template and every sample: a number may have been reassigned; it asks to call the office."""
    if wording.channel not in DISCREET:
        return
    assert not revealing(sandbox.literal(wording.body)), (name, number)
    for sample in samples_of(name):
        body = filled(name, wording, sample)[1]
        assert not revealing(body)
        assert sample["phone"] in body
        assert not any(value in body for field, value in sample.items() if fields_of(name)[field].kind is Kind.NUMBER)


@pytest.mark.parametrize(("name", "number", "wording"), ALL)
def test_no_mail_names_anybody_or_what_a_matter_is(name: str, number: int, wording: Wording) -> None:
    """Numbers, days and codes alone; a code's own words do not tell it either."""
    if wording.channel is not EMAIL:
        return
    for code in (None, *ReturnReason, *VoidReason, *STEPS):
        values = {**samples_of(name)[0]}
        values |= {field: str(code) for field, one in fields_of(name).items() if one.kind is Kind.CODE and code}
        subject, body = filled(name, wording, values)
        assert subject.strip(), (name, number)
        for word in ("党", "Party", "party", "组织关系"):
            assert word not in subject + body


def test_no_field_is_a_persons() -> None:
    """What happened is told by codes, days and numbers: no template can name a person or an organisation."""
    kinds = {field.kind for fields in FIELDS.values() for field in fields.values()}
    assert kinds == {Kind.COUNT, Kind.DATE, Kind.QUARTER, Kind.CODE, Kind.NUMBER, Kind.ENTRIES}
    assert [name for name, fields in FIELDS.items() for one in fields.values() if one.kind is Kind.ENTRIES] == [
        "digest"
    ]


def test_every_step_has_its_words() -> None:
    """As transfers call them: a step without words would stand in a mail as its code."""
    assert {**steps.WORDS, **certificate_steps.WORDS}.keys() == STEPS.keys()
    for name, (zh, _) in {**steps.WORDS, **certificate_steps.WORDS}.items():
        assert STEPS[name][0] == zh


@pytest.mark.parametrize(
    "text",
    ["您是党员", "支 部", "组·织", "党\u200b员", "请到支部", "组织关系", "書記", "入党", "同志您好",
     "Dear Party member", "your BRANCH", "ＰＡＲＴＹ", "memberships", "dues", "comrade", "zhibu",
     "www.example", "http://a.b", "guiyan.cn", "请致电12371", "1 2 3 7 1", "dang yuan", "zhi-bu", "dangzuzhi",
     "dang zu zhi", "dangxiaozu", "dǎng yuán", "zǔzhī", "Pаrty", "партия", "پارتىيە", "D员", "三会一课"],
)  # fmt: skip
def test_revealing_words_are_found(text: str) -> None:
    """Torn apart, wide, hidden, in other letters: found all the same; so is a link."""
    assert revealing(text)


@pytest.mark.parametrize(
    "text",
    [
        "请致电0999-0000001联系。",
        "Please remember to call.",
        "partly done",
        "3 parts",
        "您好",
        "0999-0123710",
        "à bientôt",
        "々〇",
    ],
)
def test_harmless_words_are_no_fault(text: str) -> None:
    """Words that only look like one."""
    assert revealing(text) == ()


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "room"),
    [
        ("", "GSM-7", 0, 1, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("a" * 306, "GSM-7", 306, 2, 0),
        ("a" * 307, "GSM-7", 307, 3, 152),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("a" * 152 + "€" + "a" * 10, "GSM-7", 164, 2, 141),  # the escape and its sign go over together
        ("好" * 70, "UCS-2", 70, 1, 0),
        ("好" * 71, "UCS-2", 71, 2, 63),
        ("好" * 134, "UCS-2", 134, 2, 0),
        ("好" * 135, "UCS-2", 135, 3, 66),
        ("a" * 69 + "好", "UCS-2", 70, 1, 0),
        ("好" * 66 + "𠀀" + "好" * 5, "UCS-2", 73, 2, 60),  # no sign is torn apart
    ],
)
def test_an_sms_is_measured_as_it_is_sent(text: str, encoding: str, units: int, segments: int, room: int) -> None:
    """160 and 153 places of seven bits, 70 and 67 of sixteen (3GPP TS 23.038, 23.040)."""
    length = sms_length(text)
    assert (length.encoding, length.units, length.segments, length.room) == (encoding, units, segments, room)


@given(st.text(min_size=1, max_size=400))
def test_a_longer_sms_is_never_shorter(text: str) -> None:
    """One sign more: as many segments, or one more; UCS-2 counts what UTF-16 does."""
    whole, before = sms_length(text), sms_length(text[:-1])
    if whole.encoding == before.encoding:
        assert 0 <= whole.segments - before.segments <= 1
    if whole.encoding == "UCS-2":
        assert whole.units == len(text.encode("utf-16-be", "surrogatepass")) // 2


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(9) %}x{% endfor %}",
        "{{ quarter.__class__ }}",
        "{{ quarter['a'] }}",
        "{{ quarter() }}",
        "{{ 'a' * 1000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ quarter ~ quarter }}",
        "{{ quarter|upper }}",
        "{{ quarter|plural(one='a', many='b') }}",
        "{% set a = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% raw %}{% endraw %}{% call x() %}{% endcall %}",
        "{{ [1, 2] }}",
        "{{ quarter is defined }}",
        "{{ 1 }}" * 401,
        "{% if quarter %}" * 101 + "{% endif %}" * 101,
        "{{ " + "not " * 250 + "quarter }}",
        "{{ quarter" + "|words" * 250 + " }}",
    ],
)
def test_a_template_can_do_three_things_only(text: str) -> None:
    """No loop, call, attribute, arithmetic, foreign filter or test: refused before anything is compiled."""
    with pytest.raises(sandbox.NotAllowed):
        sandbox.used(text)
    with pytest.raises(sandbox.NotAllowed):
        sandbox.fill(text, {"quarter": "2026-Q1"}, ZH)


@pytest.mark.parametrize(
    "text", ["{{", "{{ }}", "{% if %}", "{% endif %}", "{{ " + "(" * 3000, "{{ " + "9" * 5000 + " }}"]
)
def test_what_cannot_be_read_is_told(text: str) -> None:
    """With the line, whatever the reader made of it; however deep it goes nothing breaks."""
    with pytest.raises(sandbox.Unreadable):
        sandbox.used(text)


_PIECES: Final = [*"{}%|() \n.'\"", "quarter", "if ", "else", "endif", "{{", "}}", "{%", "%}", "党", "1", "in"]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_no_text_breaks_the_sandbox(text: str) -> None:
    """Read and filled, or refused; never anything else."""
    try:
        sandbox.fill(text, {"quarter": "2026-Q1"}, ZH)
    except (sandbox.Unreadable, sandbox.Unfilled):
        return


@pytest.mark.parametrize(
    "text",
    [
        "{% if quarter %}" * 25 + "x" + "{% endif %}" * 25,
        "{{ " + "not " * 25 + "quarter }}",
        "{{ quarter" + "|words" * 25 + " }}",
    ],
)
def test_what_is_allowed_can_be_compiled(text: str) -> None:
    """As deep as it may be, and it still gives its text."""
    assert sandbox.fill(text, {"quarter": "2026-Q1"}, ZH)


def test_values_are_text_and_never_read_again() -> None:
    """A value that looks like a template stands as it is."""
    assert sandbox.fill("{{ a }}", {"a": "{{ b }}{% if %}"}, ZH) == "{{ b }}{% if %}"


def test_days_quarters_codes_and_numbers_in_words() -> None:
    """As an office writes them, in both languages."""
    mail = "{{ due_on|day }} {{ step|words }}"
    zh, en = Wording(EMAIL, ZH, "s", (mail,)), Wording(EMAIL, EN, "s", (mail,))
    values = {"due_on": "2026-03-09", "step": "SEALING", "transfer": "t"}
    assert filled("step_overdue", zh, values)[1] == "2026年3月9日 盖章"
    assert filled("step_overdue", en, values)[1] == "9 March 2026 sealing"
    counted = Wording(EMAIL, EN, "s", ('{{ quarter|quarter }}: {{ missed }} {{ missed|plural("day", "days") }}',))
    assert (
        filled("contact_missed", counted, {"quarter": "2026-Q2", "missed": "1"})[1]
        == "the second quarter of 2026: 1 day"
    )
    with pytest.raises(sandbox.Unfilled):
        filled("contact_missed", MAIL, {"quarter": "2026-Q1"})
    with pytest.raises(sandbox.Unfilled):
        filled("contact_missed", counted, {"quarter": "2026-Q1", "missed": "many"})


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"subject": ""}, ("/wordings/0/subject", "subject_missing")),
        ({"subject": "{{ name }}"}, ("/wordings/0/subject", "template_field_unknown")),
        ({"lines": ("{{ nmae }}",)}, ("/wordings/0/lines", "template_field_unknown")),
        ({"lines": ("a", "{% for %}")}, ("/wordings/0/lines", "template_unreadable")),
        ({"lines": ("{{ quarter.x }}",)}, ("/wordings/0/lines", "template_not_allowed")),
        ({"lines": ("{{ quarter|day }}",)}, ("/wordings/0/lines", "template_misuses")),
        ({"lines": ("{% if missed > 'a' %}x{% endif %}",)}, ("/wordings/0/lines", "template_misuses")),
        ({"lines": ("x{% if missed > 99 %}{{ quarter|day }}{% endif %}",)}, ("/wordings/0/lines", "template_misuses")),
        (
            {"lines": ("x{% if missed > 99 and quarter > missed %}y{% endif %}",)},
            ("/wordings/0/lines", "template_misuses"),
        ),
        ({"lines": ("x{{ 'y' if missed > 99 }}",)}, ("/wordings/0/lines", "template_misuses")),
        ({"lines": ("x{% if 1 in quarter %}y{% endif %}",)}, ("/wordings/0/lines", "template_misuses")),
        ({"lines": ("x{{ missed|plural('a') }}",)}, ("/wordings/0/lines", "template_misuses")),
        (
            {"lines": ("x{{ (quarter if missed > 99 else missed)|plural('a', 'b') }}",)},
            ("/wordings/0/lines", "template_misuses"),
        ),
        ({"lines": ("x{{ 13900000000 }}",)}, ("/wordings/0/lines", "template_not_allowed")),
        ({"lines": ("x{{ 1e999 }}",)}, ("/wordings/0/lines", "template_not_allowed")),
        ({"subject": "{% if missed > 1 %}x{% endif %}"}, ("/wordings/0/subject", "subject_empty")),
        ({"lines": ("{% if missed > 1 %}x{% endif %}",)}, ("/wordings/0/lines", "body_empty")),
        ({"lines": ("请找 139 0000 0000",)}, ("/wordings/0/lines", "template_holds_number")),
        ({"lines": ("a@b.example",)}, ("/wordings/0/lines", "template_holds_number")),
        ({"subject": "654002198005010015"}, ("/wordings/0/subject", "template_holds_number")),
        ({"channel": NoticeChannel.POST}, ("/wordings/0/channel", "channel_not_worded")),
    ],
)
def test_a_mail_that_cannot_be_used_is_told(changed: dict[str, Any], fault: tuple[str, str]) -> None:
    """The place and the kind of the fault."""
    told = {"channel": EMAIL, "language": ZH, "subject": MAIL.subject, "lines": MAIL.lines, **changed}
    assert fault in _code(Wording(**told), TEXT)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("请致电办公室",), "sms_without_phone"),
        (("您的支部请您致电{{ phone }}",), "template_reveals"),
        (("{% if missed > 99 %}党{% endif %}{{ phone }}",), "template_reveals"),
        (('{% if missed > 99 %}{{ missed|plural("x", "党") }}{% endif %}{{ phone }}',), "template_reveals"),
        (("支{% if missed > 99 %}x{% endif %}部{{ phone }}",), "template_reveals"),
        (("par{{ '' }}ty {{ phone }}",), "template_reveals"),
        (("{{ phone }} {{ duty }}",), "field_not_in_sms"),
        (("好" * 66 + "{{ phone }}" + "好" * 66,), "sms_too_long"),
    ],
)
def test_an_sms_that_cannot_be_used_is_told(lines: tuple[str, ...], code: str) -> None:
    """Words that reveal in any branch, a record's number, no phone to call, too many segments."""
    assert ("/wordings/1/lines", code) in _code(MAIL, Wording(SMS, ZH, "", lines))
    assert ("/wordings/0/lines", code) in _code(Wording(SMS, ZH, "", lines), MAIL)


def test_a_version_tells_everybody() -> None:
    """Chinese mail and SMS are needed, each place is worded once; English may be missing and is told in Chinese."""
    assert _code(MAIL, TEXT) == []
    assert _code(MAIL) == _code(TEXT) == [("/wordings", "wording_missing")]
    assert _code(MAIL, TEXT, MAIL) == [("/wordings/2", "wording_twice")]
    assert _code(MAIL, Wording(SMS, ZH, "x", TEXT.lines)) == [("/wordings/1/subject", "subject_not_taken")]
    edition = Edition(101, (MAIL, TEXT))
    assert edition.find(NoticeChannel.MAILBOX, EN) is edition.find(NoticeChannel.IN_APP, ZH) is MAIL
    assert edition.find(NoticeChannel.CHAT, EN) is TEXT
    assert Edition(1, (MAIL,)).find(SMS, ZH) is None
    assert edition.find(NoticeChannel.POST, ZH) is None


def test_the_limit_of_segments_is_a_parameter() -> None:
    """The same SMS with another limit."""
    long = Wording(SMS, ZH, "", ("好" * 66 + "{{ phone }}",))
    assert ("/wordings/1/lines", "sms_too_long") in _code(MAIL, long, segments=1)
    assert _code(MAIL, long, segments=2) == []


PUBLISHED: Final = [
    TemplatePublished(
        template="contact_missed",
        template_version=101,
        channel=one.channel,
        language=one.language,
        digest=one.digest,
        subject=one.subject,
        lines=one.lines,
    )
    for one in (MAIL, TEXT)
]
OTHER: Final = (Wording(EMAIL, ZH, "提醒", ("好",)), TEXT)


def _given(*history: Payload) -> Scenario[Any, Any]:
    return Scenario(TEMPLATE).given(*history)


def test_an_office_publishes_versions_from_101_on() -> None:
    """Each with all its words in one commit; the same words again are no new version."""
    _given().when(Publish("contact_missed", (MAIL, TEXT), DAY)).then(*PUBLISHED)
    _given(*PUBLISHED).when(Publish("contact_missed", (TEXT, MAIL), DAY)).then_refused("template_same")
    drafts = TEMPLATE.decide(Publish("contact_missed", OTHER, DAY), _given(*PUBLISHED).state)
    assert [(one.payload.template_version, one.payload.channel) for one in drafts] == [(102, EMAIL), (102, SMS)]  # type: ignore[attr-defined] # all are TemplatePublished


def test_a_version_is_retired_once_and_its_number_never_used_again() -> None:
    """The program's own words stay: there is always something to say."""
    gone = TemplateRetired(template="contact_missed", template_version=101)
    retire = Retire("contact_missed", 101, DAY)
    _given(*PUBLISHED).when(retire).then(gone)
    _given(*PUBLISHED, gone).when(retire).then()
    _given(*PUBLISHED).when(Retire("contact_missed", 102, DAY)).then_refused("template_version_unknown")
    _given(*PUBLISHED).when(Retire("contact_missed", 2, DAY)).then_refused("template_built_in", pointer="/version")
    again = TEMPLATE.decide(Publish("contact_missed", (MAIL, TEXT), DAY), _given(*PUBLISHED, gone).state)
    assert {one.payload.template_version for one in again} == {102}  # type: ignore[attr-defined] # all are TemplatePublished


def test_a_name_stands_in_no_subject_and_no_sms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a template ever have such fields: a person's name is for a mail's text alone, an organisation's no SMS."""
    person, office = (Field(kind, "名称", "Name", ("示例",)) for kind in (Kind.PERSON, Kind.ORGANISATION))
    monkeypatch.setitem(cast("dict[str, Any]", FIELDS), "named", {"person": person, "office": office})
    mail = Wording(EMAIL, ZH, "{{ office }}", ("{{ person }}",))
    assert _code(mail, TEXT, template="named") == []
    told = Wording(EMAIL, ZH, "{{ person }}", ("{{ office }}",))
    assert _code(told, TEXT, template="named") == [("/wordings/0/subject", "person_in_subject")]
    for field in ("person", "office"):
        short = Wording(SMS, ZH, "", ("{{ phone }} {{ " + field + " }}",))
        assert _code(mail, short, template="named") == [("/wordings/1/lines", "field_not_in_sms")]
