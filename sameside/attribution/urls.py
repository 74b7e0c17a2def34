from django.urls import path

from sameside.attribution import views

app_name = "attribution"

urlpatterns = [
    path("", views.overview, name="report"),
    path("<slug:name>/", views.dimension, name="dimension"),
    path("<slug:name>/<slug:key>/", views.key, name="key"),
]
