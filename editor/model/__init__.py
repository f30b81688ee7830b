"""Frozen records: what a project consists of. One module a family; `record.py` and `values.py` serve all."""
