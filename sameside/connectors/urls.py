"""Addresses of the import pages."""

from django.urls import path

from sameside.connectors import views

app_name = "connectors"
urlpatterns = [
    path("", views.run_list, name="runs"),
    path("new/", views.new, name="new"),
    path("<int:run_id>/", views.run, name="run"),
    path("<int:run_id>/progress/", views.progress, name="progress"),
    path("<int:run_id>/attempt/", views.attempt, name="attempt"),
    path("<int:run_id>/files/<int:file_id>/errors/", views.errors, name="errors"),
]
