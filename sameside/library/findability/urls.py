"""Addresses of how findable the library is."""

from django.urls import path

from sameside.library.findability import request_views, views, why_views

urlpatterns = [
    path("findability/", views.findability, name="findability"),
    path("findability/searches/", views.searches, name="searches"),
    path("requests/", request_views.requests_list, name="requests"),
    path("requests/<int:pk>/answer/", request_views.answer, name="request_answer"),
    path("<slug:slug>/findability/", why_views.findability_of, name="findability_of"),
]
