"""What is said of scripts over REST."""

from dataclasses import asdict

from pydantic import BaseModel, Field

from api.plain_texts import PlainText
from dialer.domain.placeholders import names_in
from dialer.domain.script import check_script, filled_script, statements


class ScriptAsked(PlainText):
    """A script that is looked at before it is kept."""

    fields: dict[str, str] = Field(
        default_factory=dict,
        max_length=1000,
        description="Of a lead, by name, to fill the gaps with.",
        examples=[{"first_name": "Ann"}],
    )
    known: list[str] | None = Field(
        default=None,
        max_length=1000,
        description="Fields that leads have; null: any.",
        examples=[["first_name", "product"]],
    )


class ScriptProblemShown(BaseModel):
    """One thing that is wrong with a script."""

    line: int = Field(examples=[3])
    reason: str = Field(examples=["leads have no field 'fist_name'"])
    fix: str = Field(examples=["did you mean first_name?"])


class ScriptPart(BaseModel):
    """A piece of a script, as an agent sees it."""

    text: str = Field(examples=["Ann"])
    field: str = Field(
        description="Of the lead, from which the text is; empty: the script's own.",
        examples=["first_name"],
    )
    missing: bool = Field(description="The lead has no such field, or a blank one.")
    statement: int | None = Field(
        description="Number of the mandatory statement that it is of, from 0."
    )


class ScriptChecked(BaseModel):
    """What is wrong with a script, and how it looks."""

    problems: list[ScriptProblemShown] = Field(description="By line.")
    parts: list[ScriptPart]
    statements: list[str] = Field(
        description="What an agent must say, filled.", examples=[["This call is recorded."]]
    )

    @classmethod
    def of(cls, asked: ScriptAsked) -> "ScriptChecked":
        """Return what is said of a script."""
        known = asked.known if asked.known is not None else [n for n, _ in names_in(asked.text)]
        return cls(
            problems=[ScriptProblemShown(**asdict(one)) for one in check_script(asked.text, known)],
            parts=[ScriptPart(**asdict(one)) for one in filled_script(asked.text, asked.fields)],
            statements=list(statements(asked.text, asked.fields)),
        )
