"""Imports by the API: begin one, watch it, stop and undo it; the same rules and figures as the pages."""

from ninja import Router

router = Router(tags=["imports"])
