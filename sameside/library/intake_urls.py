"""Addresses of bringing content in and confirming facets; part of the library's."""

from django.urls import path

from sameside.library import intake_views as views
from sameside.library import kinship_views

urlpatterns = [
    path("upload/", views.upload, name="upload"),
    path("proposals/", views.queue, name="proposals"),
    path("proposals/confirmations/", views.confirmations, name="confirmations"),
    path("proposals/confirmations/undo/", views.undo, name="undo_confirmations"),
    path("proposals/<int:asset_id>/facets/", views.edit, name="facets"),
    path("versions/", kinship_views.queue, name="versions"),
    path("versions/<int:proposal_id>/acceptance/", kinship_views.acceptance, name="version_acceptance"),
    path("versions/<int:proposal_id>/rejection/", kinship_views.rejection, name="version_rejection"),
    path("versions/<int:proposal_id>/undo/", kinship_views.undo, name="version_undo"),
    path("<slug:slug>/versions/<int:number>/separation/", kinship_views.version_separation, name="version_separation"),
    path(
        "<slug:slug>/renditions/<int:rendition_id>/download/",
        kinship_views.rendition_download,
        name="rendition_download",
    ),
    path(
        "<slug:slug>/renditions/<int:rendition_id>/separation/",
        kinship_views.rendition_separation,
        name="rendition_separation",
    ),
    path("<slug:slug>/facets/<int:facet_id>/confirmation/", views.confirmation, name="facet_confirmation"),
    path("<slug:slug>/facets/<int:facet_id>/rejection/", views.rejection, name="facet_rejection"),
]
