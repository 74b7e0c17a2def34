from django.urls import path

from sameside.attribution.influence import views

app_name = "influence"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("<slug:kind>/<slug:key>/", views.thing, name="thing"),
    path("<slug:kind>/<slug:key>/deals/", views.deals, name="deals"),
    path("<slug:kind>/<slug:key>/card/", views.card, name="card"),
    path("<slug:kind>/<slug:key>/estimate/", views.estimate, name="estimate"),
]
