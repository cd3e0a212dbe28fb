"""Engines and whoever asks them, on different hosts: what is of the moment goes over Redis.

Redis holds nothing that cannot be rebuilt: who is there, what is asked, what is answered, what just
happened. It may be emptied or started anew at any time.
"""
