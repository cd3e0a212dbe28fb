"""The demonstration: a whole campaign on this machine, from nothing to a judged report.

`scenario`, `leads` and `shape` say what happens on what; `service` and `program` run the service;
`floor` has `staff` hired, and `supervisor` and `agents` work there over REST and the live feed, as
anybody would; `seen`, `view` and `screen` show it; `evidence` and `checks` judge what is left
behind; `run` puts them in order.
"""
