"""From one version of the tables to the next; written by `tools/make_migration.py`."""
