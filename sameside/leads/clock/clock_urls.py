from django.urls import path

from sameside.leads.clock import absence_views, place_views, views

clock_urls = [
    path("hours/", views.hours, name="hours"),
    path("hours/calendars/new/", views.calendar_making, name="hours_calendar_making"),
    path("hours/calendars/preview/", views.preview, name="hours_preview"),
    path("hours/calendars/<int:calendar_id>/", views.calendar, name="hours_calendar"),
    path("hours/calendars/<int:calendar_id>/week/", views.calendar_saving, name="hours_week"),
    path("hours/calendars/<int:calendar_id>/default/", views.defaulting, name="hours_default"),
    path("hours/calendars/<int:calendar_id>/putting-away/", views.putting_away, name="hours_putting_away"),
    path("hours/calendars/<int:calendar_id>/holidays/", views.holiday_entry, name="hours_holidays"),
    path(
        "hours/calendars/<int:calendar_id>/holidays/<int:holiday_id>/removal/",
        views.holiday_removal,
        name="hours_holiday_removal",
    ),
    path("hours/people/", place_views.people, name="hours_people"),
    path("hours/people/<int:person_id>/", place_views.person, name="hours_person"),
    path("hours/people/<int:person_id>/place/", place_views.place, name="hours_place"),
    path("hours/people/<int:person_id>/taking/", place_views.taking, name="hours_taking"),
    path("hours/absences/", absence_views.away, name="hours_absences"),
    path("hours/absences/entry/", absence_views.entering, name="hours_absence_entry"),
    path("hours/absences/<int:absence_id>/cancellation/", absence_views.cancellation, name="hours_cancellation"),
    path("hours/changes/<int:change_id>/", views.changed, name="hours_change"),
    path("hours/changes/<int:change_id>/undoing/", views.undoing, name="hours_undoing"),
]
