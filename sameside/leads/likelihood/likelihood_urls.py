from django.urls import path

from sameside.leads.likelihood import views

likelihood_urls = [
    path("scoring/model/", views.model, name="score_model"),
    path("scoring/model/training/", views.training, name="score_model_training"),
]
