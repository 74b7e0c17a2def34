from django.urls import path

from sameside.identity import views

app_name = "identity"

urlpatterns = [
    path("", views.duplicates, name="duplicates"),
    path("<int:pair_id>/", views.pair, name="pair"),
    path("<int:pair_id>/merge/", views.merge, name="merge"),
    path("answers/", views.answers, name="answers"),
    path("merges/", views.merges, name="merges"),
    path("merges/<int:merge_id>/undoing/", views.undoing, name="undoing"),
]
