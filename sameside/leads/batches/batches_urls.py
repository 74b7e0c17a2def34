from django.urls import path

from sameside.leads.batches import views

batches_urls = [
    path("batches/", views.batches, name="batches"),
    path("batches/campaigns/<int:campaign_id>/", views.campaign_batch, name="campaign_batch"),
    path("batches/campaigns/<int:campaign_id>/feedback/", views.campaign_feedback, name="campaign_feedback"),
    path("batches/sources/", views.source_batch, name="source_batch"),
    path("batches/sources/feedback/", views.source_feedback, name="source_feedback"),
    path("batches/feedback/<int:feedback_id>/removal/", views.removal, name="feedback_removal"),
    path("batches/feedback/<int:feedback_id>/answer/", views.answer, name="feedback_answer"),
]
