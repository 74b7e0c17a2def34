"""Search in an OpenSearch cluster: the same promise as `engine.py`, for more than one machine can hold.

Text becomes terms here (`analysis.py`), not there: both engines hold and ask for the same terms, in the same order of
stop words, stems and folding, and what is marked in a snippet is told here, so no markup is ever parsed. Set, total and
counts come from one plain query; the order of relevance from a hybrid query, whose normalised shares weigh what
`Weights` says. OpenSearch fuses only the first `DEPTH` of each share: behind those, the newest come first.
"""
