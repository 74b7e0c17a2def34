from django.urls import path

from sameside.attribution import run_views, views

app_name = "attribution"

urlpatterns = [
    path("", views.overview, name="report"),
    path("runs/", run_views.runs_list, name="runs"),
    path("runs/<int:run_id>/", run_views.run, name="run"),
    path("runs/<int:run_id>/reproduction/", run_views.reproduction, name="reproduction"),
    path("<slug:name>/", views.dimension, name="dimension"),
    path("<slug:name>/<slug:key>/", views.key, name="key"),
]
