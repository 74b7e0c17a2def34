"""Addresses of the versions of an asset; part of the library's."""

from django.urls import path

from sameside.library import version_views as views

urlpatterns = [
    path("<slug:slug>/versions/<int:number>/differences/<int:n>/", views.differences, name="version_differences"),
    path(
        "<slug:slug>/versions/<int:number>/pages/<int:page_number>/image/", views.page_image, name="version_page_image"
    ),
    path("<slug:slug>/versions/<int:number>/pictures/", views.pictures, name="version_pictures"),
    path("<slug:slug>/versions/<int:number>/rollback/", views.rollback, name="version_rollback"),
    path("<slug:slug>/versions/<int:number>/pin/", views.pin, name="version_pin"),
    path("<slug:slug>/pin/removal/", views.unpin, name="version_unpin"),
]
