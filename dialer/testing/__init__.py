"""Fakes that ship: real classes, in memory, each passing its port's contract suite.

One file per part of the world. They refuse to know what a test expects: no expectations, no
recorded calls, only the port's behaviour and what is there to look at.
"""
