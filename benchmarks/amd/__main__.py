"""`make bench-amd`: persons told from machines, by our own ear and by Asterisk's app_amd.

`python -m benchmarks.amd [--quick] [--part tuning]`. Makes the recordings, plays them to both, and
counts. Skips with a reason where speech synthesis or an Asterisk cannot be had. Refuses to know how
either listens.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.amd import app_amd, own
from benchmarks.amd.corpus import Corpus, Part, Recording
from benchmarks.amd.judged import Judged, Said, by_class, share
from benchmarks.amd.line import NOISES
from benchmarks.amd.voices import NoVoices, Voices, find_voices
from benchmarks.report import Figure, Report, Section, ended, load_fact, machine_facts, say
from dialer.adapters.asterisk.installation import Installation, find_installation
from dialer.domain.amd.law import Answerer
from dialer.domain.amd.trust import AmdMode, charge_of, refusal_of

FULL: Final = 520
"""Persons, and as many machines."""
QUICK: Final = 40
_BEEP_SLACK_S: Final = 0.1
_APP_WORDS: Final = {"MACHINE": Answerer.MACHINE, "HUMAN": Answerer.PERSON}

NOTES: Final = (
    (
        "All recordings are made: speech synthesis (espeak-ng) and recorded prompts of Asterisk in"
        " five languages. Real persons and machines differ; no figure here is charged to a ledger."
    ),
    (
        "The laws were tuned on other sayings, prompts and seeds (`--part tuning`); the figures"
        " are of the part `figures` alone. Recordings share voices and some sayings, so they are"
        " not fully independent and a bound is narrower than it would be on as many real calls."
    ),
    (
        "app_amd runs with the defaults of its sample amd.conf, in real calls through two"
        " Asterisks; its time is from the journal's ANSWER to the end of AMD(), the audio path"
        " included. Ours is counted in frames of sound. NOTSURE counts as unsure."
    ),
    (
        "A person in these recordings says something, waits 1.6 to 3 s and asks again: nobody"
        " answers them. One in five greets for a company in a whole sentence: those are the hard"
        " ones. The first word comes 0 to 1.5 s after the answer, all times alike: that alone"
        " keeps most verdicts from coming by 1.5 s."
    ),
)


def skipped(reason: str) -> int:
    """Say why nothing was measured."""
    say([f"skipped: {reason}"])
    return 0


def measure(
    voices: Voices, installation: Installation, part: Part, count: int
) -> tuple[list[Judged], list[Section], list[tuple[str, str]]]:
    """Make recordings and have both detectors hear them."""
    began = time.monotonic()
    recordings = Corpus(voices, part).make(count, count)
    say([f"[{len(recordings)} recordings made after {time.monotonic() - began:.0f} s]"])
    opinions = own.hear_all(recordings)
    frames = sum(len(one.coded) for one in recordings) / own.FRAME_SAMPLES
    say([f"[ours heard after {time.monotonic() - began:.0f} s]"])
    with TemporaryDirectory(prefix="amd-") as home:
        answers = asyncio.run(app_amd.listen(installation, Path(home) / "x", recordings))
    say([f"[app_amd heard after {time.monotonic() - began:.0f} s]"])
    judged = [
        Judged(
            f"ours, {law}",
            [
                Said(one, verdict.answerer, verdict.reason, verdict.at_s)
                for one in recordings
                for verdict in [opinions[one.name].verdicts[law]]
            ],
        )
        for law in own.LAWS
    ]
    judged.append(Judged("app_amd", [_of_app(one, answers) for one in recordings]))
    facts = [
        ("speech synthesis", voices.version),
        ("Asterisk", installation.version),
        ("recordings", f"{len(recordings)}, {frames / 50 / 60:.0f} min of sound"),
    ]
    sections = [Section(f"{one.detector} ({part})", one.figures()) for one in judged]
    sections.append(_beeps(recordings, opinions))
    return judged, sections, facts


def _of_app(recording: Recording, answers: Mapping[str, app_amd.AppAnswer]) -> Said:
    answer = answers.get(recording.name)
    if answer is None:
        return Said(recording, Answerer.UNSURE, "call failed", 0.0)
    answerer = _APP_WORDS.get(answer.status, Answerer.UNSURE)
    return Said(recording, answerer, answer.cause, answer.after_s)


def _beeps(recordings: Sequence[Recording], opinions: Mapping[str, own.Opinion]) -> Section:
    """How well the end of the beep is known: a message dropped there is recorded whole."""
    beeps = [(one, opinions[one.name].beep_end_s) for one in recordings if one.beep_at_s >= 0]
    others = [one for one in recordings if one.beep_at_s < 0]
    early = sum(end is not None and end < one.beep_at_s - _BEEP_SLACK_S for one, end in beeps)
    missed = sum(end is None for _, end in beeps)
    wrong = sum(opinions[one.name].beep_end_s is not None for one in others)
    return Section(
        "Beeps (for a message after the beep)",
        [
            Figure("machines that beep", len(beeps), digits=0),
            Figure("beep found", share(len(beeps) - missed - early, len(beeps)), "%"),
            Figure("last beep heard before the real one", early, digits=0),
            Figure("recordings without a beep", len(others), digits=0),
            Figure("beep heard in them", wrong, digits=0),
        ],
        text="A beep is found when a tone is heard that ends after the beep has begun.",
    )


def trust_lines(judged: Sequence[Judged]) -> list[str]:
    """Say what these figures may be used for."""
    lines = []
    for one in judged:
        labelled = one.labelled()
        charge = charge_of(AmdMode.AGENT_FIRST, labelled)
        lines.append(
            f"{one.detector}: bound {labelled.false_positive_bound:.2%} (made recordings);"
            f" charged {charge.rate:.1%}: {charge.reason}."
            f" Screening: refused, {refusal_of(AmdMode.SCREENING, labelled)}; here"
            f" {labelled.in_time / max(1, labelled.persons):.1%} had a verdict by 1.5 s."
        )
    return lines


def charges(judged: Sequence[Judged]) -> list[Figure]:
    """Return what the ledger would be charged for each, as long as there are only made figures."""
    return [
        Figure(f"{one.detector}: charged", 100 * charge.rate, "%")
        for one in judged
        for charge in [charge_of(AmdMode.AGENT_FIRST, one.labelled())]
    ]


def classes(
    recordings: Sequence[Recording],
) -> list[tuple[str, Callable[[Recording], bool]]]:
    """List the classes of recordings that are shown apart."""

    def has(field: str, value: str) -> Callable[[Recording], bool]:
        return lambda recording: getattr(recording, field) == value

    shown = [(f"noise: {noise}", has("noise", noise)) for noise in NOISES]
    for field in ("language", "manner"):
        values = sorted({getattr(one, field) for one in recordings})
        shown += [(f"{field}: {value}", has(field, value)) for value in values]
    return shown


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, report; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.amd", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few recordings; writes no page")
    parser.add_argument("--part", choices=("figures", "tuning"), default="figures")
    parser.add_argument("--count", type=int, default=0, help="persons, and as many machines")
    said = parser.parse_args(arguments)
    count = said.count or (QUICK if said.quick else FULL)
    installation = find_installation()
    if installation is None:
        return skipped("there is no Asterisk; run `outpace asterisk install`")
    try:
        voices = find_voices(installation.data_dir / "sounds/en")
    except NoVoices as error:
        return skipped(str(error))
    facts = [*machine_facts(), ("load average before (1, 5, 15 min)", load_fact()[1])]
    began = time.monotonic()
    judged, sections, more = measure(voices, installation, said.part, count)
    table = by_class(judged, classes([one.recording for one in judged[0].said]))
    facts += [*more, ("took", f"{(time.monotonic() - began) / 60:.1f} min")]
    report = Report(
        name="amd",
        title="Persons told from machines",
        command="make bench-amd",
        sections=[*sections, Section("By class, and what is charged", charges(judged), text=table)],
        facts=facts,
        notes=(*NOTES, *trust_lines(judged)),
    )
    say(report.lines())
    say(table.splitlines())
    if not said.quick and said.part == "figures" and count >= FULL:
        say([f"written to {os.path.relpath(report.write())}"])
    return report.exit_code


if __name__ == "__main__":
    sys.exit(ended("bench-amd", main, ()))
