from django.urls import path

from sameside.leads import views

app_name = "leads"
urlpatterns = [
    path("", views.report, name="report"),
    path("all/", views.leads, name="list"),
    path("<int:lead_id>/", views.lead, name="lead"),
]
