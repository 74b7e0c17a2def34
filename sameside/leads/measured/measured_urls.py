from django.urls import path

from sameside.leads.measured import views

measured_urls = [
    path("handovers/", views.handovers, name="handovers"),
    path("figures/", views.figures, name="figures"),
]
