from django.urls import path

from sameside.leads.scoring import views

scoring_urls = [
    path("scoring/", views.overview, name="scoring"),
    path("scoring/draft/", views.draft, name="score_draft"),
    path("scoring/draft/removal/", views.removal, name="score_draft_removal"),
    path("scoring/draft/return/", views.bringing_back, name="score_draft_return"),
    path("scoring/proposal/", views.proposal, name="score_proposal"),
    path("scoring/effects/", views.effects, name="score_effects"),
    path("scoring/effects/<int:effect_id>/", views.effect, name="score_effect"),
    path("scoring/runs/", views.runs_, name="scoring_runs"),
    path("scoring/versions/", views.versions_, name="score_rules"),
    path("scoring/versions/<int:number>/", views.version, name="score_rule"),
    path("scoring/versions/<int:number>/renewal/", views.renewal, name="score_rule_renewal"),
]
