"""What an act is: a form as data over one verb of a service; the service alone judges what is filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from guiyan.console import places
from guiyan.console.i18n import Words
from guiyan.console.web.visitor import Visitor
from guiyan.console.words import choices
from guiyan.service.auth import OFFICE_ROLES, Role

Document = Mapping[str, Any]
LISTED: Final = frozenset({"checks"})
KINDS: Final = (
    "taps",
    "choice",
    "checks",
    "date",
    "month",
    "text",
    "long",
    "number",
    "flag",
    "hidden",
    "organisation",
    "area",
)
ID_PARTS: Final = "~"
"""Joins the parts of an id where an address has several: `{0}`, `{1}`."""


def filled_in(template: str, id_: str) -> str:
    """An address of a service with the id, or its parts, filled in."""
    return template.format(*id_.split(ID_PARTS), id=id_)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its name in the service's body, what it is called, how it is asked.

    `kind`: `taps` (one of a few, large), `choice` (one of many), `checks` (several), `date`, `month`, `text`,
    `long`, `number`, `flag` (yes or no), `hidden` (taken from the address), `organisation` (one of the own scope, of
    the kinds in `only`), `area` (a county by its words). `source` is the field of the record that it begins with.
    `codes` names the code list of `guiyan.events` whose words are shown; `only` takes some of them, in this order;
    `options` are words of the form's own, marked for the catalogue.
    """

    name: str
    title: str
    kind: str = "text"
    codes: str = ""
    only: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    hint: str = ""
    value: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """A kind that no template knows is a programmer's error."""
        assert self.kind in KINDS, self.kind  # noqa: S101 - programmer error

    def choices(self, words: Words) -> list[tuple[str, str]]:
        """What may be chosen, in words."""
        if self.options:
            return [(code, words.gettext(text)) for code, text in self.options]
        known = dict(choices(self.codes, words)) if self.codes else {}
        return [(code, known.get(code, code)) for code in self.only] if self.only else list(known.items())

    def read(self, form: Any) -> Any:
        """What was filled in, as the body of the request holds it; None for nothing."""
        if self.kind in LISTED:
            return [str(one) for one in form.getlist(self.name)] or None
        told = str(form.get(self.name, "")).strip()
        if self.kind == "flag":
            return told == "true" if told else None
        if self.kind == "area":
            return places.code_of(told) or None
        if self.kind == "number" and told.removeprefix("-").isdigit():
            return int(told)
        return told or None


@dataclass(frozen=True)
class Prepared:
    """What a form begins with besides its record: values, what may be chosen, facts, and what its template needs."""

    values: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    facts: Sequence[tuple[str, str]] = ()
    told: Mapping[str, Any] = field(default_factory=dict)


Preparing = Callable[[Visitor, str, Mapping[str, str]], Awaitable[Prepared]]


Onward = Callable[[Document, Document], str]


def leads_to(address: str) -> Onward:
    """Where an act leads when it is done: an address with the id of what it is about, or made, filled in."""
    return lambda _, about: filled_in(address, about["id"])


TO_THE_DESK: Final = leads_to("/")


@dataclass(frozen=True)
class Act:
    """A form as data.

    `post` is the verb's address and `about` the record it is about ({id} is filled in): its version guards the change
    (If-Match), and the page says when it has changed meanwhile. Without `about` the act makes something new, and `{id}`
    is `new`. `facts` are fields of the record shown above the form, `tasks` the kinds of the desk that it does,
    `onward` where it leads when it is done, `body` puts the body together where it is not just the fields.
    """

    name: str
    title: str
    service: str
    post: str
    fields: tuple[Field, ...]
    about: str = ""
    facts: tuple[str, ...] = ()
    list_path: str = ""
    """The service's list whose headings and words tell the facts."""
    tasks: tuple[str, ...] = ()
    task_id: str = "{about_id}"
    """What of a task, or of its address, the form is for: its record, `{org_code}`, or `new?member_id={member_id}`."""
    leads_on: bool = False
    """Whether another form comes next, wherever this one was opened from."""
    submit: str = ""
    onward: Onward = TO_THE_DESK
    body: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda told: told)
    roles: frozenset[Role] = OFFICE_ROLES
    extra: str = ""
    """A template of the act's own, set above its fields."""
    checks_version: bool = True
    file: str = ""
    """What the service's answer is called where it is a file (a paper to print), not a document."""
    prepare: Preparing | None = None
    """Asks the services for what the form begins with: who looks, the id, what the address gives."""

    @property
    def address(self) -> str:
        """Where the form is, {id} to be filled in."""
        return f"/acts/{self.name}/{{id}}"

    @property
    def ways(self) -> dict[str, str]:
        """For each kind of task that it does, where its form is; it leads back to the desk."""
        address = f"/acts/{self.name}/{self.task_id}"
        back = "" if self.leads_on else f"{'&' if '?' in address else '?'}next=/"
        return dict.fromkeys(self.tasks, address + back)

    def at(self, id_: str) -> str:
        """The verb's address for a record."""
        return filled_in(self.post, id_)

    def fits(self, id_: str) -> bool:
        """Whether an id has the parts that the addresses name."""
        try:
            return bool(self.at(id_))
        except IndexError:
            return False

    def read(self, form: Any) -> dict[str, Any]:
        """The body: what was filled in, and nothing else."""
        told = {one.name: value for one in self.fields if (value := one.read(form)) is not None}
        return self.body(told)


def faults_of(errors: Sequence[Mapping[str, str]], fields: Sequence[Field]) -> tuple[dict[str, str], list[str]]:
    """A service's field errors by field, and those that belong to no field shown."""
    names = {one.name for one in fields}
    by_field: dict[str, str] = {}
    rest: list[str] = []
    for error in errors:
        parts = error.get("pointer", "").strip("/").split("/")
        name = next((one for one in parts if one in names), "")
        if name:
            by_field.setdefault(name, error.get("detail", ""))
        else:
            rest.append(error.get("detail", ""))
    return by_field, rest
