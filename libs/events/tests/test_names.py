"""Names and mail addresses: what is taken, and what would hide something."""

import pytest
from pydantic import TypeAdapter, ValidationError

from guiyan.events.names import MailAddress, OrganisationName, PersonName

HIDDEN = ["a\0b", "李\n四", "\ufeff", "李\u202e四", "李\u200b四", "a\u2028b", "\ud800", "", "   ", "长" * 301]


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("kind", [PersonName, OrganisationName])
def test_a_name_hides_nothing(kind: object, name: str) -> None:
    """Controls, line ends, bidi and zero-width signs, nothing at all and far too much are no names."""
    with pytest.raises(ValidationError):
        TypeAdapter[str](kind).validate_python(name)


@pytest.mark.parametrize(
    "name", ["李示例", "阿依古丽·买买提", "𠮷田", "\U00031350示例", "O'Brien", " 李示例 ", "Zoë Müller"]
)
def test_names_of_every_people_are_taken(name: str) -> None:
    """Rare characters, middle dots, apostrophes and blanks inside are names; blanks around are cut."""
    assert TypeAdapter[str](PersonName).validate_python(name) == name.strip()


@pytest.mark.parametrize(
    "text",
    ["not-an-email", "a@b, evil@x.cn", "a@b", "a@example.com\r\nBcc: x@example.com", "a b@example.com", "@example.com",
     "a@example..com", "A <a@example.com>", "a@example.com\0", "é@example.com", ".a@example.com",
     "a" * 65 + "@example.com", "a\u202e@example.com"],
)  # fmt: skip
def test_other_texts_are_no_address(text: str) -> None:
    """One plain address: no list, no display name, no header behind it."""
    with pytest.raises(ValidationError):
        TypeAdapter[str](MailAddress).validate_python(text)


@pytest.mark.parametrize("text", ["sample@example.com", "li.shili+office@mail.example.gov.cn", "a@b.cn"])
def test_plain_addresses_are_taken(text: str) -> None:
    """As people write them."""
    assert TypeAdapter[str](MailAddress).validate_python(text) == text
