"""Addresses of facets in bulk, rules and missing facets; part of the library's."""

from django.urls import path

from sameside.library.tagging import missing_views, views

urlpatterns = [
    path("facets/edits/", views.edits, name="facet_edits"),
    path("facets/edits/new/", views.new_edit, name="new_facet_edit"),
    path("facets/edits/preview/", views.preview, name="facet_edit_preview"),
    path("facets/edits/<int:edit_id>/", views.edit, name="facet_edit"),
    path("facets/edits/<int:edit_id>/undo/", views.undo, name="facet_edit_undo"),
    path("facets/rules/", views.rule_list, name="facet_rules"),
    path("facets/rules/preview/", views.rule_preview, name="facet_rule_preview"),
    path("facets/rules/<int:rule_id>/rest/", views.rule_rest, name="facet_rule_rest"),
    path("facets/rules/<int:rule_id>/resumption/", views.rule_resumption, name="facet_rule_resumption"),
    path("facets/missing/", missing_views.queue, name="missing_facets"),
    path("facets/missing/undo/", missing_views.undo, name="missing_undo"),
    path("facets/missing/computation/", missing_views.computation, name="missing_computation"),
    path("facets/missing/<int:missing_id>/decision/", missing_views.decision, name="missing_decision"),
]
