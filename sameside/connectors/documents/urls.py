"""Addresses of watched folders and of content from the web; part of the imports'."""

from django.urls import path

from sameside.connectors.documents import views

urlpatterns = [
    path("web/", views.web_import, name="web"),
    path("web/<int:asset_id>/check/", views.web_check, name="web_check"),
    path("watched/", views.watched, name="watched"),
    path("watched/<int:folder_id>/pause/", views.pause, name="watched_pause"),
    path("watched/<int:folder_id>/resumption/", views.resumption, name="watched_resumption"),
    path("watched/<int:folder_id>/scan/", views.scan, name="watched_scan"),
    path("watched/<int:folder_id>/removal/", views.removal, name="watched_removal"),
]
