"""Rules of outbound calling as dated data, and what they say about one dial at one instant.

Pure: rules, facts and `now` (seconds since the epoch) go in, verdicts and instants come out.
Refuses to know files, clocks, databases and what the law will be tomorrow.
"""
