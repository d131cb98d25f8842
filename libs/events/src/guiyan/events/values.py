"""The value types that payload fields are made of: each a string or number with form, limit and example."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from guiyan.events.id_numbers import ID_NO_PATTERN, tidied
from guiyan.events.ids import ID_PATTERN

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN), Field(examples=["019b76da-a800-7000-8000-000000000001"])]
"""An id: UUIDv7, lower case."""

OrgCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$"), Field(examples=["654002001001"])]
"""An organisation code: 12 digits, issued centrally (domain.md §2.13)."""

SYSTEM_ORG = "000000000000"
"""The `actororg` of what no organisation decided: timers and policies of the system itself."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["654002"])]
"""An area: GB/T 2260, 6 digits, county level at most; a code unknown to the table is a warning, never a refusal."""

Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$"), Field(examples=["2026-03"])]
"""A business month: yyyy-mm in Asia/Shanghai."""

Quarter = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-Q[1-4]$"), Field(examples=["2026-Q1"])]
"""A business quarter: yyyy-Qn in Asia/Shanghai."""

HalfYear = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-H[12]$"), Field(examples=["2026-H1"])]
"""Half a business year: yyyy-H1 or yyyy-H2."""

Postcode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["835000"])]
"""A postcode: 6 digits."""

Year = Annotated[int, Field(ge=1921, le=9999, examples=[2026])]
"""A calendar year."""

Count = Annotated[int, Field(ge=0, le=100_000_000, examples=[3])]
"""How many; never negative."""

Days = Annotated[int, Field(ge=0, le=3660, examples=[30])]
"""A number of calendar days."""

Months = Annotated[int, Field(ge=0, le=600, examples=[6])]
"""A number of calendar months."""

MoneyFen = Annotated[int, Field(ge=0, le=10_000_000_000, examples=[120])]
"""An amount of money in fen (a hundredth of a yuan)."""

Hours = Annotated[float, Field(ge=0, le=24, allow_inf_nan=False, examples=[1.5])]
"""A duration in hours, at most a day."""

BlindIndex = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/=.:-]{16,160}$"), Field(examples=["0f" * 32])]
"""A keyed digest of a personal value, for look-ups without the value (domain.md §5.3)."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["ab" * 32])]
"""A SHA-256, 64 hexadecimal digits."""

DocumentNo = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), Field(examples=["伊示组发〔2026〕3号"])
]
"""The number of the document a decision or rule rests on, as events have it; doors take a `DocumentNumber` alone."""

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Field(examples=["示例社区党支部"])
]
"""The name of an organisation, a place of work of the organisation, a rule or an activity: never of a person."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Field(examples=["示例"])]
"""Personal text; stands in sealed blocks and in reports at the door, never in clear in the ledger."""

TemplateLine = Annotated[str, StringConstraints(max_length=300), Field(examples=["{{ quarter }} 季度有一项联系任务"])]
"""One line of a template, with its fields as `{{ name }}`; checked to hold no personal data before it is published."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-]{1,64}$"), Field(examples=["SAMPLE_CODE"])]
"""A code of a table that changes by event or belongs to another standard."""

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9\- ]{2,24}$"), Field(examples=["0999-0000001"])]
"""A phone number as dialled; an office's number is internal, a person's is sensitive and sealed."""

Uscc = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$"), Field(examples=["91650000000000000X"])]
"""A unit's unified social credit code: GB 32100-2015, 18 characters."""

IdNo = Annotated[
    str, StringConstraints(pattern=ID_NO_PATTERN), BeforeValidator(tidied), Field(examples=["694002198005010015"])
]
"""A citizen's ID number: GB 11643-1999, 18 characters (or the old 15), tidied; the door checks more than its form."""
