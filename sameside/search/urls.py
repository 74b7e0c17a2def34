from django.urls import path

from sameside.search import health_views, synonym_views, views

app_name = "search"

urlpatterns = [
    path("", views.page, name="page"),
    path("answers/", views.answers, name="answers"),
    path("showings/", views.showings, name="showings"),
    path("index/", health_views.state, name="index"),
    path("index/checks/", health_views.checks, name="index_checks"),
    path("index/rebuilds/", health_views.rebuilds, name="index_rebuilds"),
    path("synonyms/", synonym_views.synonyms_list, name="synonyms"),
    path("synonyms/addition/", synonym_views.addition, name="synonym_addition"),
    path("synonyms/<int:synonym_id>/", synonym_views.synonym, name="synonym"),
    path("synonyms/<int:synonym_id>/acceptance/", synonym_views.acceptance, name="synonym_acceptance"),
    path("synonyms/<int:synonym_id>/rejection/", synonym_views.rejection, name="synonym_rejection"),
    path("synonyms/<int:synonym_id>/undo/", synonym_views.undo, name="synonym_undo"),
]
