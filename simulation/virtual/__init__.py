"""Campaigns in virtual time: a floor, a carrier and leads that drive a pacing, hours in seconds.

Events and laws of chance only; no wall clock, no IO but the reading of scenario files.
"""
