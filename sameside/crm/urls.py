from django.urls import path

from sameside.crm import rate_views, views

app_name = "crm"

urlpatterns = [
    path("companies/", views.companies, name="companies"),
    path("companies/<int:company_id>/", views.company, name="company"),
    path("companies/<int:company_id>/touches/", views.touches, name="touches"),
    path("contacts/", views.contacts, name="contacts"),
    path("contacts/<int:contact_id>/", views.contact, name="contact"),
    path("campaigns/", views.campaigns, name="campaigns"),
    path("campaigns/<int:campaign_id>/", views.campaign, name="campaign"),
    path("rates/", rate_views.listing, name="rates"),
    path("rates/new/", rate_views.new, name="new_rate"),
    path("rates/files/", rate_views.file, name="rates_file"),
    path("rates/source-removals/", rate_views.source_removal, name="rates_source_removal"),
    path("rates/<int:rate_id>/", rate_views.rate, name="rate"),
    path("rates/<int:rate_id>/removal/", rate_views.removal, name="rate_removal"),
]
