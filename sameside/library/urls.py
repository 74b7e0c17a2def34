"""Addresses of the library; an asset's slug comes last, so that no page can be hidden by one."""

from django.urls import path

from sameside.library import access_urls, asset_views, intake_urls, shelf_views, truth_views, version_urls, views
from sameside.library.browsing import urls as browsing_urls
from sameside.library.evaluation import urls as evaluation_urls
from sameside.library.findability import urls as findability_urls
from sameside.library.plays import urls as play_urls
from sameside.library.tagging import urls as tagging_urls
from sameside.library.upkeep import urls as upkeep_urls

app_name = "library"

urlpatterns = [
    path("", shelf_views.library, name="list"),
    path("requests/addition/", shelf_views.missing, name="missing"),
    path("truth/", truth_views.content, name="truth"),
    path("truth/<slug:verdict>/", truth_views.verdict_list, name="truth_list"),
    *intake_urls.urlpatterns,
    *evaluation_urls.urlpatterns,
    *findability_urls.urlpatterns,
    *browsing_urls.urlpatterns,
    *upkeep_urls.urlpatterns,
    *play_urls.urlpatterns,
    *version_urls.urlpatterns,
    *tagging_urls.urlpatterns,
    *access_urls.urlpatterns,
    path("<slug:slug>/", views.asset, name="asset"),
    path("<slug:slug>/title/", asset_views.title, name="asset_title"),
    path("<slug:slug>/versions/", asset_views.versions, name="asset_versions"),
    path("<slug:slug>/evidence/", asset_views.evidence, name="asset_evidence"),
    path("<slug:slug>/history/", asset_views.history, name="asset_history"),
    path("<slug:slug>/download/", views.download, name="download"),
    path("<slug:slug>/uses/", views.uses, name="uses"),
    path("<slug:slug>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("<slug:slug>/pages/<int:number>/image/", views.page_image, name="page_image"),
    path("<slug:slug>/pages/<int:number>/thumbnail/", views.page_thumbnail, name="page_thumbnail"),
]
