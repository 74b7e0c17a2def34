"""Addresses of the judged set and of the rankings."""

from django.urls import path

from sameside.library.evaluation import judged_views, ranking_views

urlpatterns = [
    path("findability/judged/", judged_views.judged, name="judged"),
    path("findability/judged/queries/", judged_views.queries, name="judged_queries"),
    path("findability/judged/file/", judged_views.file, name="judged_file"),
    path("findability/judged/export/", judged_views.export, name="judged_export"),
    path("findability/judged/<int:pk>/", judged_views.query, name="judged_query"),
    path("findability/judged/<int:pk>/grades/", judged_views.grades, name="judged_grades"),
    path("findability/judged/<int:pk>/removal/", judged_views.removal, name="judged_removal"),
    path("findability/ranking/", ranking_views.index, name="rankings"),
    path("findability/ranking/drafts/", ranking_views.drafts, name="ranking_drafts"),
    path("findability/ranking/return/", ranking_views.return_, name="ranking_return"),
    path("findability/ranking/<int:pk>/", ranking_views.ranking, name="ranking"),
    path("findability/ranking/<int:pk>/weights/", ranking_views.weights, name="ranking_weights"),
    path("findability/ranking/<int:pk>/measurements/", ranking_views.measurements, name="ranking_measurements"),
    path("findability/ranking/<int:pk>/use/", ranking_views.use, name="ranking_use"),
]
