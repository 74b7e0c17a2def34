"""The pattern page: every component in each of its states."""

from django.urls import path

from sameside.ui import views

app_name = "ui"

urlpatterns = [path("", views.pattern, name="pattern")]
