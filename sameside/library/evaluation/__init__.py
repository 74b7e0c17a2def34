"""How good search is by what the company itself judged, and which ranking is in use."""
