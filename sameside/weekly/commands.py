"""Commands of this part; see `sameside.cli`."""

import argparse


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
