"""Persons told from machines by ear: sound in, verdicts out; and how far those are trusted.

Sound comes in frames of 20 ms (160 samples of 16 bits, 8 kHz); time is counted in frames from the
answer on. Pure: no IO, no clock.
"""
