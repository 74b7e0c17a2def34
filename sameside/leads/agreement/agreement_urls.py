from django.urls import path

from sameside.leads.agreement import draft_views, views

agreement_urls = [
    path("agreement/", views.agreement, name="agreement"),
    path("agreement/versions/", views.versions, name="agreement_versions"),
    path("agreement/draft/", draft_views.drafts, name="agreement_drafts"),
    path("agreement/draft/<int:number>/", draft_views.draft, name="agreement_draft"),
    path("agreement/draft/<int:number>/undoing/", draft_views.undoing, name="agreement_undoing"),
    path("agreement/draft/<int:number>/withdrawal/", draft_views.withdrawal, name="agreement_withdrawal"),
    path(
        "agreement/draft/<int:number>/withdrawal/undoing/",
        draft_views.withdrawal_undoing,
        name="agreement_withdrawal_undoing",
    ),
    path("agreement/<int:number>/", views.version, name="agreement_version"),
    path("agreement/<int:number>/signature/", views.signature, name="agreement_signature"),
    path("agreement/<int:number>/verification/", views.verification, name="agreement_verification"),
    path("agreement/<int:number>/since/<int:other>/", views.comparison, name="agreement_comparison"),
    path("agreement/<int:number>/pdf/", views.pdf, name="agreement_pdf"),
]
