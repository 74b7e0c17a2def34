from django.urls import path

from sameside.leads import measured_views as views

measured_urls = [
    path("handovers/", views.handovers, name="handovers"),
]
