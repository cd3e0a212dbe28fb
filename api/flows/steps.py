"""`/flow-steps`: what a form asks for each step of a flow, as the steps have it. Knows no flow."""

from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field

from api.asking import may
from api.noun import Noun
from dialer.domain.flow.form import FormField, forms
from dialer.domain.principal import Principal

router = Noun(prefix="/flow-steps", tags=["flows"])


class StepField(BaseModel):
    """A field of a step."""

    name: str = Field(examples=["wait_s"])
    kind: str = Field(description="What it holds.", examples=["number"])
    required: bool
    default: Any = Field(description="null: none.", examples=[5.0])
    least: float | None = Field(examples=[0.0])
    most: float | None = Field(examples=[60.0])
    whole: bool = Field(description="Of a number: it has no fraction.")
    options: list[str] = Field(description="Of a choice.", examples=[["GET", "POST"]])

    @classmethod
    def of(cls, one: FormField) -> "StepField":
        """Return what is shown of a field."""
        return cls(
            name=one.name,
            kind=one.kind,
            required=one.required,
            default=one.default,
            least=one.least,
            most=one.most,
            whole=one.whole,
            options=list(one.options),
        )


class StepForm(BaseModel):
    """A kind of step."""

    word: str = Field(description="That makes a step one of these.", examples=["menu"])
    fields: list[StepField] = Field(description="The first one is of that name.")


@router.get("", operation_id="flows.steps")
async def list_steps(
    principal: Annotated[Principal, Depends(may("flows.steps"))],  # noqa: ARG001
) -> list[StepForm]:
    """List the kinds of steps and their fields, for a form; docs/ivr.md says what they do."""
    return [
        StepForm(word=word, fields=[StepField.of(one) for one in fields])
        for word, fields in forms().items()
    ]
