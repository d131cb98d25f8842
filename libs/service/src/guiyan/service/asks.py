"""The bodies of requests: what all of them are."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from guiyan.events.exact import Exact


class Ask(Exact):
    """A request's body: unknown fields are refused, and no value of it is ever told back in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DatedAsk(Ask):
    """The body of a change that may be told later than it happened."""

    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai); today when absent")] = None
