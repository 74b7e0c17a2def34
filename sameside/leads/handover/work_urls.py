from django.urls import path

from sameside.leads.handover import back_views, reason_views, work_views

work_urls = [
    path("mine/", work_views.mine, name="mine"),
    path("mine/acceptances/", work_views.acceptances, name="acceptances"),
    path("events/undoing/", work_views.event_undoing, name="event_undoing"),
    path("<int:lead_id>/acceptance/", work_views.acceptance, name="acceptance"),
    path("<int:lead_id>/attempts/", work_views.attempts, name="attempts"),
    path("<int:lead_id>/return/", work_views.returning, name="returning"),
    path("<int:lead_id>/disqualification/", work_views.disqualification, name="disqualification"),
    path("<int:lead_id>/recycling/", work_views.recycling, name="recycling"),
    path("<int:lead_id>/pause/", work_views.pause, name="pause"),
    path("<int:lead_id>/resumption/", work_views.resumption, name="resumption"),
    path("back/", back_views.came_back, name="back"),
    path("back/takings-up/", back_views.takings_up, name="takings_up"),
    path("back/undoing/", back_views.undoing, name="back_undoing"),
    path("back/<int:recycling_id>/again/", back_views.again, name="again"),
    path("reasons/", reason_views.reasons, name="reasons"),
    path("reasons/undoing/", reason_views.undoing, name="reason_undoing"),
    path("reasons/<int:reason_id>/", reason_views.reason, name="reason"),
    path("reasons/<int:reason_id>/place/", reason_views.place, name="reason_place"),
    path("reasons/<int:reason_id>/putting-away/", reason_views.putting_away, name="reason_putting_away"),
]
