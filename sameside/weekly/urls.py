from django.urls import path

from sameside.weekly import views

app_name = "weekly"
urlpatterns = [
    path("", views.today, name="today"),
    path("this-week/", views.this_week, name="this_week"),
]
