from django.urls import path

from sameside.leads.handover import work_views

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
]
