"""Forms in words: every value type with a pattern has its words, in both languages."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from guiyan.events import values
from guiyan.service.forms import Form, form_of
from guiyan.service.messages import SHELL
from guiyan.service.problems import field_problems

KINDS = [values.Id, values.OrgCode, values.AreaCode, values.Month, values.Quarter, values.HalfYear, values.Code,
         values.Phone, values.Uscc, values.IdNo, values.Postcode]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reads_a_regular_expression(kind: Any) -> None:
    """What a person is told is what to write."""

    class Asked(BaseModel):
        field: kind

    with pytest.raises(ValidationError) as caught:
        Asked.model_validate({"field": "不是这样的"})
    (problem,) = field_problems(caught.value.errors())
    assert isinstance(problem.params["form"], Form)
    for language in ("zh-CN", "en"):
        told = SHELL["pattern"].text(language, problem.params)  # type: ignore[arg-type] # the language comes from the table of cases
        assert not set("^$[]{}\\") & set(told)


def test_an_unknown_form_is_told_as_it_is() -> None:
    """A pattern of a door's own has no words yet; it is better than nothing."""
    assert form_of("^x$") == "^x$"
