"""Rerunnable measurements: how fast the program is, beside others on the same work in the same run."""
