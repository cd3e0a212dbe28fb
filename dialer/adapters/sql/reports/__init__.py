"""Reports over a range of time, a file for each: counted in SQL, folded in Python.

An attempt belongs to the range in which it was dialed; one that was certainly never sent is counted
in none. Every report is one consistent moment.
"""
