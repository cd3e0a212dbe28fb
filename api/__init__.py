"""The service around the engine: REST and the live feed, under `/api/v1`.

Knows HTTP. Refuses to know SQL, and the words of Asterisk: it asks the stores for what is on record
and the engines for what is of the moment.
"""
