"""The simulated telephone network and the agents' phones: a second Asterisk.

`Carrier` starts it; `plan` says what each number does; `tones` says whose voice is which frequency.
"""
