"""Addresses of bringing content in and confirming facets; part of the library's."""

from django.urls import path

from sameside.library import intake_views as views

urlpatterns = [
    path("upload/", views.upload, name="upload"),
    path("proposals/", views.queue, name="proposals"),
    path("proposals/confirmations/", views.confirmations, name="confirmations"),
    path("proposals/confirmations/undo/", views.undo, name="undo_confirmations"),
    path("proposals/<int:asset_id>/facets/", views.edit, name="facets"),
    path("<slug:slug>/facets/<int:facet_id>/confirmation/", views.confirmation, name="facet_confirmation"),
    path("<slug:slug>/facets/<int:facet_id>/rejection/", views.rejection, name="facet_rejection"),
]
