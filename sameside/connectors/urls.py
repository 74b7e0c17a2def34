"""Addresses of the import pages."""

from django.urls import path

from sameside.connectors import file_views, mapping_views, views
from sameside.connectors.documents import urls as documents

app_name = "connectors"
urlpatterns = [
    *documents.urlpatterns,
    path("", views.run_list, name="runs"),
    path("new/", views.new, name="new"),
    path("<int:run_id>/", views.run, name="run"),
    path("<int:run_id>/progress/", views.progress, name="progress"),
    path("<int:run_id>/attempt/", views.attempt, name="attempt"),
    path("<int:run_id>/pause/", views.pause, name="pause"),
    path("<int:run_id>/resumption/", views.resumption, name="resumption"),
    path("<int:run_id>/cancellation/", views.cancellation, name="cancellation"),
    path("<int:run_id>/undo/", views.undo, name="undo"),
    path("<int:run_id>/files/<int:file_id>/errors/", file_views.errors, name="errors"),
    path("<int:run_id>/files/<int:file_id>/missing/", file_views.missing, name="missing"),
    path("<int:run_id>/files/<int:file_id>/mending/", file_views.mending, name="mending"),
    path("<int:run_id>/preview/", mapping_views.preview, name="preview"),
    path("<int:run_id>/beginning/", mapping_views.beginning, name="beginning"),
    path("<int:run_id>/discarding/", mapping_views.discarding, name="discarding"),
    path("<int:run_id>/files/<int:file_id>/preview/", mapping_views.file_preview, name="file_preview"),
    path("<int:run_id>/files/<int:file_id>/choices/", mapping_views.choices, name="choices"),
    path("<int:run_id>/files/<int:file_id>/omission/", mapping_views.omission, name="omission"),
    path("<int:run_id>/files/<int:file_id>/mapping/", mapping_views.mapping, name="mapping"),
    path("<int:run_id>/files/<int:file_id>/mapping/check/", mapping_views.check, name="mapping_check"),
    path("mappings/", mapping_views.mapping_list, name="mappings"),
    path("mappings/import/", mapping_views.mapping_import, name="mapping_import"),
    path("mappings/<int:mapping_id>/", mapping_views.kept_mapping, name="kept_mapping"),
    path("mappings/<int:mapping_id>/removal/", mapping_views.mapping_removal, name="mapping_removal"),
    path("mappings/<int:mapping_id>/restoration/", mapping_views.mapping_restoration, name="mapping_restoration"),
    path("mappings/<int:mapping_id>/export/", mapping_views.mapping_export, name="mapping_export"),
]
