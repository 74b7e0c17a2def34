"""Addresses of plays; part of the library's."""

from django.urls import path

from sameside.library.plays import views

urlpatterns = [
    path("plays/", views.plays, name="plays"),
    path("plays/proposals/", views.proposals, name="play_proposals"),
    path("<slug:slug>/play/", views.play, name="play"),
    path("<slug:slug>/play/reads/", views.reads, name="play_reads"),
    path("<slug:slug>/play/writing/", views.play_writing, name="play_writing"),
    path("<slug:slug>/play/preview/", views.play_preview, name="play_preview"),
]
