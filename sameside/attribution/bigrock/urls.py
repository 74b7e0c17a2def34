from django.urls import path

from sameside.attribution.bigrock import change_views, views

app_name = "bigrock"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("new/", change_views.new, name="new"),
    path("<int:rock_id>/", views.rock, name="rock"),
    path("<int:rock_id>/progress/", views.progress, name="progress"),
    path("<int:rock_id>/deals/", views.deals, name="deals"),
    path("<int:rock_id>/aim/", change_views.aim, name="aim"),
    path("<int:rock_id>/derivatives/", change_views.derivatives, name="derivatives"),
    path("<int:rock_id>/campaigns/", change_views.campaigns, name="campaigns"),
    path("<int:rock_id>/expenses/", change_views.expenses, name="expenses"),
    path("<int:rock_id>/expenses/<int:expense_id>/removal/", change_views.expense_removal, name="expense_removal"),
    path("<int:rock_id>/removal/", change_views.removal, name="removal"),
    path("<int:rock_id>/changes/<int:change_id>/undoing/", change_views.undoing, name="undoing"),
]
