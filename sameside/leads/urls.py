from django.urls import path

from sameside.leads import conversion_views, views
from sameside.leads.clock.clock_urls import clock_urls
from sameside.leads.likelihood.likelihood_urls import likelihood_urls
from sameside.leads.measured_urls import measured_urls
from sameside.leads.scoring.scoring_urls import scoring_urls

app_name = "leads"
urlpatterns = [
    path("", views.report, name="report"),
    path("all/", views.leads, name="list"),
    *likelihood_urls,
    *clock_urls,
    *measured_urls,
    *scoring_urls,
    path("<int:lead_id>/", views.lead, name="lead"),
    path("<int:lead_id>/conversion/", conversion_views.converting, name="conversion"),
    path("<int:lead_id>/conversion/<int:conversion_id>/undoing/", conversion_views.undoing, name="conversion_undoing"),
]
