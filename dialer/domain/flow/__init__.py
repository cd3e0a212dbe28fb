"""Flows: how the dialer talks with a caller by itself.

A flow is a small document of steps (`steps.py`), read (`reading.py`), checked as a whole
(`checking.py`), drawn (`drawing.py`), and led as a pure state machine: events in, commands out
(`run.py`). Refuses to know Asterisk, HTTP and files.
"""
