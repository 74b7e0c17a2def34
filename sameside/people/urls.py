from django.urls import path

from sameside.people import audit_views, organisation_views, partner_views, token_views, views

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("invitations/", views.invite, name="invite"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("settings/", organisation_views.settings, name="settings"),
    path("teams/", organisation_views.teams, name="teams"),
    path("teams/new/", organisation_views.new_team, name="new_team"),
    path("teams/<int:team_id>/", organisation_views.team, name="team"),
    path("partners/", partner_views.companies, name="partners"),
    path("partners/new/", partner_views.new, name="new_partner"),
    path("partners/<int:partner_id>/", partner_views.company, name="partner"),
    path("partners/<int:partner_id>/removal/", partner_views.removal, name="partner_removal"),
    path("roles/", organisation_views.roles, name="roles"),
    path("audit/", audit_views.audit_log, name="audit"),
    path("tokens/", token_views.token_list, name="tokens"),
    path("tokens/new/", token_views.new, name="new_token"),
    path("tokens/<int:token_id>/", token_views.token, name="token"),
    path("tokens/<int:token_id>/revocation/", token_views.revocation, name="token_revocation"),
    path("<int:person_id>/", views.person, name="person"),
    path("<int:person_id>/membership/", views.change_membership, name="membership"),
    path("<int:person_id>/activation/", views.activation, name="activation"),
    path("<int:person_id>/deactivation/", views.deactivation, name="deactivation"),
    path("<int:person_id>/invitation/", views.invitation, name="invitation"),
]
