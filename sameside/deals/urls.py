from django.urls import path

from sameside.deals import views

app_name = "deals"

urlpatterns = [
    path("", views.deals, name="list"),
    path("<int:deal_id>/", views.deal, name="deal"),
    path("<int:deal_id>/activities/", views.activities, name="activities"),
]
