"""Addresses of keeping the library true; part of the library's."""

from django.urls import path

from sameside.library.upkeep import sheet_views, views

urlpatterns = [
    path("reviews/", views.review_queue, name="reviews"),
    path("reviews/verifications/", views.verifications, name="review_verifications"),
    path("reviews/retirements/", views.retirements, name="review_retirements"),
    path("reviews/owners/", views.owners, name="review_owners"),
    path("reviews/undo/", views.undo, name="undo_review"),
    path("reviews/sheets/", sheet_views.review_sheets, name="review_sheets"),
    path("reviews/sheets/export/", sheet_views.review_sheet_export, name="review_sheet_export"),
    path("reviews/sheets/<int:sheet_id>/", sheet_views.review_sheet, name="review_sheet"),
    path(
        "reviews/sheets/<int:sheet_id>/application/",
        sheet_views.review_sheet_application,
        name="review_sheet_application",
    ),
    path("reviews/sheets/<int:sheet_id>/undo/", sheet_views.review_sheet_undo, name="review_sheet_undo"),
    path("reviews/sheets/<int:sheet_id>/errors/", sheet_views.review_sheet_errors, name="review_sheet_errors"),
    path("<slug:slug>/verification/", views.verification, name="verification"),
    path("<slug:slug>/retirement/", views.retirement, name="retirement"),
    path("<slug:slug>/restoration/", views.restoration, name="restoration"),
    path("<slug:slug>/replacement/", views.replacement, name="replacement"),
    path("<slug:slug>/merge/", views.merge, name="merge"),
    path("<slug:slug>/owner/", views.owner, name="owner"),
    path("<slug:slug>/reviews/<int:review_id>/undo/", views.review_undo, name="review_undo"),
]
