from django.urls import path

from sameside.conversations import views

app_name = "conversations"
urlpatterns = [
    path("", views.report, name="report"),
    path("all/", views.conversations, name="list"),
    path("stages/", views.stages, name="stages"),
    path("stages/confirmation/", views.confirmation, name="confirmation"),
    path("stages/<int:stage_id>/meaning/", views.meaning, name="meaning"),
]
