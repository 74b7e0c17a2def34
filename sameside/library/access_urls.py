"""Addresses of the permissions; part of the library's."""

from django.urls import path

from sameside.library import access_views as views

urlpatterns = [
    path("access/", views.overview, name="access"),
    path("collections/<slug:slug>/access/", views.collection, name="collection_access"),
    path("<slug:slug>/access/", views.asset, name="asset_access"),
]
