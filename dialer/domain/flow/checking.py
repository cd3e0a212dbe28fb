"""Checks a flow before anybody is called by it: all that is wrong, each with line and reason.

Knows what steps mean to each other: targets, variables, prompts, rounds without an end. Refuses to
know files: which prompts there are is an argument.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from dialer.domain.flow.edges import endless, unreachable
from dialer.domain.flow.marked import Marked
from dialer.domain.flow.problem import Problem
from dialer.domain.flow.reading import read
from dialer.domain.flow.steps import STEPS, Flow, LanguageStep
from dialer.domain.flow.words import OF_CALL, OF_TIME, known_in, set_by, zone_named
from dialer.domain.lead_filter import LeadFilter
from dialer.domain.lead_filter_parser import parse_filter
from dialer.domain.lead_filter_words import BadFilter
from dialer.domain.placeholders import PLACEHOLDER, names_in

Prompts = Mapping[str, frozenset[str]]
"""Names of the recorded prompts by language; "": those of any language."""

_TARGETS: Final = ("next", "otherwise", "declined", "locked")
_SOUNDS: Final = (
    "play",
    "gather",
    "menu",
    "number",
    "pin",
    "conference",
    "record",
    "opt_out",
    "hang_up",
    "wrong",
    "greeting",
)
_RESERVED: Final = OF_TIME | OF_CALL


def check(document: Marked, prompts: Prompts | None = None) -> tuple[Flow | None, list[Problem]]:
    """Check a document.

    Args:
        document: as it was written.
        prompts: those that are recorded; None: not known, so not asked about.

    Returns:
        The flow, None if a call cannot be led by it; and all problems, by line.
    """
    flow, problems = read(document)
    steps = document.fields.get("steps", Marked({}, 1)).fields
    problems += _wrong_targets(document, steps)
    if flow is not None:
        whole = len(flow.steps) == len(steps)
        problems += _wrong_words(flow, steps, whole=whole)
        problems += _wrong_zone(document, flow, steps)
        if prompts is not None:
            problems += _missing_prompts(flow, steps, prompts)
        if not any(not one.warning for one in problems):
            problems += _rounds(flow)
            problems += _unreached(flow)
    problems.sort()
    wrong = any(not one.warning for one in problems)
    return (None if wrong else flow), problems


# -- targets -------------------------------------------------------------------------------------


def _wrong_targets(document: Marked, steps: Mapping[str, Marked]) -> Iterator[Problem]:
    named = [("", one) for name in ("start", "otherwise") if (one := document.fields.get(name))]
    named += [(name, target) for name, step in steps.items() for target in _targets(step)]
    for name, target in named:
        if not isinstance(target.value, str) or not steps or target.value in steps:
            continue  # what is no text is told with the form of the step
        near = get_close_matches(target.value, steps, 1)
        fix = f"did you mean {near[0]}?" if near else "add the step, or name another"
        yield Problem(target.line, name, f"there is no step {target.value!r}", fix)


def _targets(step: Marked) -> Iterator[Marked]:
    for field in _TARGETS:
        if field in step.fields:
            yield step.fields[field]
    yield from step.fields.get("choices", Marked({}, 1)).fields.values()
    for case in step.fields.get("branch", Marked([], 1)).items:
        if "go" in case.fields:
            yield case.fields["go"]


# -- conditions and texts ------------------------------------------------------------------------


def _wrong_words(flow: Flow, steps: Mapping[str, Marked], *, whole: bool) -> Iterator[Problem]:
    known = known_in(flow)
    for name, said in steps.items():
        for condition in _conditions(said):
            parsed = _parsed(condition)
            if isinstance(parsed, BadFilter):
                reason = f"bad expression, column {parsed.column}: found {parsed.found}"
                yield Problem(condition.line, name, reason, parsed.fix)
        step = flow.steps.get(name)
        for variable in set_by(step) if step is not None else ():
            if variable in _RESERVED:
                reason = f"into: {variable!r} is set by the call itself"
                yield Problem(said.line_of(["into"]), name, reason, "use another name")
        for text in said.texts():
            if "{{" in PLACEHOLDER.sub("", str(text.value)):
                yield Problem(text.line, name, "a gap that is not closed", "write {{ variable }}")
        if not whole:
            continue  # what sets a variable may have been left out
        for line, variable in _spoken_of(said):
            if variable not in known:
                near = get_close_matches(variable, known, 1)
                fix = (
                    f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
                )
                yield Problem(line, name, f"nothing sets the variable {variable!r}", fix)


def _spoken_of(step: Marked) -> Iterator[tuple[int, str]]:
    """Yield the variables that a step reads, with their lines."""
    for condition in _conditions(step):
        parsed = _parsed(condition)
        if isinstance(parsed, LeadFilter):
            yield from ((condition.line, variable) for variable in sorted(parsed.attributes_used))
    for text in step.texts():
        yield from ((text.line, variable) for variable, _ in names_in(str(text.value)))
    looked = step.fields.get("lookup")
    if looked is not None:
        yield looked.line, str(looked.value)


def _conditions(step: Marked) -> list[Marked]:
    cases = step.fields.get("branch", Marked([], 1)).items
    found = [case.fields["when"] for case in cases if "when" in case.fields]
    return [one for one in found if isinstance(one.value, str)]


def _parsed(condition: Marked) -> LeadFilter | BadFilter:
    try:
        return parse_filter(str(condition.value))
    except BadFilter as bad:
        return bad


def _wrong_zone(document: Marked, flow: Flow, steps: Mapping[str, Marked]) -> Iterator[Problem]:
    zone = flow.head.zone
    if zone and zone_named(zone) is None:
        line = document.line_of(["zone"])
        yield Problem(line, "", f"zone: there is no {zone!r}", "write one as America/New_York")
    for name, said in steps.items():
        for condition in _conditions(said):
            parsed = _parsed(condition)
            asks = isinstance(parsed, LeadFilter) and parsed.attributes_used & OF_TIME
            if asks and not zone:
                reason = f"asks for the {min(asks)}, but the flow has no zone"
                fix = "add `zone:` with one such as America/New_York"
                yield Problem(condition.line, name, reason, fix)
                return


# -- prompts -------------------------------------------------------------------------------------


def _missing_prompts(
    flow: Flow, steps: Mapping[str, Marked], prompts: Prompts
) -> Iterator[Problem]:
    languages = {flow.head.language} | {
        step.language for step in flow.steps.values() if isinstance(step, LanguageStep)
    }
    for name, said in steps.items():
        for field in _SOUNDS:
            sound = said.fields.get(field)
            if sound is None or not isinstance(sound.value, str):
                continue
            for language in sorted(languages):
                there = prompts.get(language, frozenset()) | prompts.get("", frozenset())
                if sound.value not in there:
                    reason = f"missing prompt {sound.value!r} in {language}"
                    yield Problem(sound.line, name, reason, "record it, or write `text:`")


# -- ways ----------------------------------------------------------------------------------------


def _rounds(flow: Flow) -> Iterator[Problem]:
    for names in endless(flow):
        around = " -> ".join([*names, names[0]])
        reason = f"a loop without exit, for a caller who presses nothing: {around}"
        fix = "let `otherwise` of one of them lead out"
        yield Problem(flow.lines[names[0]], names[0], reason, fix)


def _unreached(flow: Flow) -> Iterator[Problem]:
    for name in unreachable(flow):
        kind = next((word for word, model in STEPS.items() if isinstance(flow.steps[name], model)))
        reason = f"no call comes to this {kind}"
        yield Problem(flow.lines[name], name, reason, "name it somewhere, or remove it", True)
