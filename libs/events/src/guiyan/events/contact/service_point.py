"""Service points on three levels with named staff; a point without staff is an alarm (S-18 to S-20)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P0, P1, P3
from guiyan.events.codes import ServicePointLevel
from guiyan.events.fields import InArea, PersonId
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import AreaCode, Id, OrgCode, Phone, Text, Title


class ServicePointEvent(Payload, abstract=True):
    """What all events of a service point share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "service_point"


class ServicePointOpened(ServicePointEvent):
    """A centre, station or substation opened."""

    level: Annotated[ServicePointLevel, P0("Which level.")]
    name: Annotated[Title, P0("Its name.", "示例街道党员服务站")]
    org_code: Annotated[OrgCode, P0("The organisation that runs it.")]
    parent_id: Annotated[Id | None, P0("The service point above it.")] = None
    area_code: InArea
    address: Annotated[Title | None, P0("Its address.")] = None
    phone: Annotated[Phone | None, P0("Its phone; an office's, never a person's.")] = None


class ServicePointChanged(ServicePointEvent):
    """Its details changed; what is absent stays as it was."""

    name: Annotated[Title | None, P0("Its name.", "示例街道党员服务站")] = None
    area_code: Annotated[AreaCode | None, P0("The area, GB/T 2260.")] = None
    address: Annotated[Title | None, P0("Its address.")] = None
    phone: Annotated[Phone | None, P0("Its phone.")] = None


class StaffText(Facts):
    """Who serves: sealed with that person's key."""

    name: Annotated[Text, P3("The name.", "周示例")]
    phone: Annotated[Phone | None, P3("The phone.", "14000000001")] = None


class ServicePointStaffed(ServicePointEvent):
    """A named person serves here from the business date on (S-20)."""

    person_field: ClassVar[str] = "person_id"
    personal: ClassVar[type[BaseModel] | None] = StaffText
    person_id: PersonId
    in_charge: Annotated[bool, P1("This person is in charge.")] = False
    pii: Pii = None


class ServicePointStaffLeft(ServicePointEvent):
    """A person no longer serves here."""

    person_id: PersonId
    unstaffed: Annotated[bool, P1("Nobody is left: an alarm.")] = False


class ServicePointClosed(ServicePointEvent):
    """It closed."""
