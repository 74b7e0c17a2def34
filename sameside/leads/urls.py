from django.urls import path

from sameside.leads import choices, conversion_views, views
from sameside.leads.agreement.agreement_urls import agreement_urls
from sameside.leads.batches.batches_urls import batches_urls
from sameside.leads.clock.clock_urls import clock_urls
from sameside.leads.handover.work_urls import work_urls
from sameside.leads.likelihood.likelihood_urls import likelihood_urls
from sameside.leads.measured.measured_urls import measured_urls
from sameside.leads.routing.routing_urls import routing_urls
from sameside.leads.scoring.scoring_urls import scoring_urls

app_name = "leads"
urlpatterns = [
    path("", views.report, name="report"),
    path("all/", views.leads, name="list"),
    path("values/", choices.values, name="values"),
    *agreement_urls,
    *likelihood_urls,
    *clock_urls,
    *measured_urls,
    *batches_urls,
    *routing_urls,
    *scoring_urls,
    *work_urls,
    path("<int:lead_id>/", views.lead, name="lead"),
    path("<int:lead_id>/carried/", views.carried, name="carried"),
    path("<int:lead_id>/conversion/", conversion_views.converting, name="conversion"),
    path("<int:lead_id>/conversion/<int:conversion_id>/undoing/", conversion_views.undoing, name="conversion_undoing"),
]
