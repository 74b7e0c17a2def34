from django.urls import path

from sameside.leads.routing import unrouted_views, views

routing_urls = [
    path("routing/", views.routing, name="routing"),
    path("routing/trial/", views.trial, name="routing_trial"),
    path("routing/new/", views.making, name="route_making"),
    path("routing/<int:route_id>/", views.route, name="route"),
    path("routing/<int:route_id>/place/", views.place, name="route_place"),
    path("routing/<int:route_id>/activity/", views.activity, name="route_activity"),
    path("routing/<int:route_id>/removal/", views.removal, name="route_removal"),
    path("routing/changes/<int:change_id>/undoing/", views.undoing, name="route_undoing"),
    path("unrouted/", unrouted_views.unrouted, name="unrouted"),
    path("unrouted/takers/", unrouted_views.takers, name="unrouted_takers"),
    path("unrouted/hand-overs/", unrouted_views.handing_over, name="unrouted_handing_over"),
    path("unrouted/undoing/", unrouted_views.undoing, name="unrouted_undoing"),
    path("unrouted/trying/", unrouted_views.trying_again, name="unrouted_trying"),
    path("<int:lead_id>/hand-over/", unrouted_views.by_hand, name="by_hand"),
    path("<int:lead_id>/hand-over/withdrawal/", unrouted_views.withdrawal, name="withdrawal"),
    path("<int:lead_id>/hand-over/<int:event_id>/undoing/", unrouted_views.undoing_one, name="by_hand_undoing"),
]
