"""Measurements against named peers and limits. Absolute times on shared hardware say little: ratios are printed."""
