"""The demonstration: a whole campaign on this machine, from nothing to a judged report.

`scenario` and `leads` say what happens, `floor` and `agents` let it happen through the engine's
public control interface, `view` shows it, `evidence` and `checks` judge what is left behind, `run`
puts them in order.
"""
