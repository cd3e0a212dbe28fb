"""A small SIP user agent and RTP endpoint: the telephone network around a real Asterisk.

Customers whose 200 OK is time-stamped, softphones that register and answer by themselves, and a
carrier without RTP for rate runs. Loopback, UDP, PCMU. Protocol code takes `now` and gives
deadlines; `agent`, `softphone`, `media` and `bulk` are the thin shells that own sockets.
"""
