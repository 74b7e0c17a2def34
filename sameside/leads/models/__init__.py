"""Leads, the agreement about them, and how they are scored, routed, handed over and ended."""

from sameside.leads.models.agreement import Agreement, AgreementQuerySet, Signature
from sameside.leads.models.feedback import BatchFeedback
from sameside.leads.models.handover import (
    Breach,
    ClockNotice,
    HandOver,
    HandOverQuerySet,
    LeadEvent,
    Pause,
    Reason,
    Recycling,
)
from sameside.leads.models.lead import (
    HANDED_OVER,
    OWNED,
    PASSED_ON,
    UNOWNED,
    Conversion,
    Lead,
    LeadQuerySet,
    LeadStage,
)
from sameside.leads.models.routing import Route, RouteChange, RouteMember
from sameside.leads.models.scoring import (
    Qualification,
    ScoreDraft,
    ScoreEffect,
    ScoreModel,
    ScoreRule,
    ScoringRun,
)
from sameside.leads.models.working import Absence, Calendar, Holiday, HoursChange, WorkingPlace

__all__ = [
    "HANDED_OVER",
    "OWNED",
    "PASSED_ON",
    "UNOWNED",
    "Absence",
    "Agreement",
    "AgreementQuerySet",
    "BatchFeedback",
    "Breach",
    "Calendar",
    "ClockNotice",
    "Conversion",
    "HandOver",
    "HandOverQuerySet",
    "Holiday",
    "HoursChange",
    "Lead",
    "LeadEvent",
    "LeadQuerySet",
    "LeadStage",
    "Pause",
    "Qualification",
    "Reason",
    "Recycling",
    "Route",
    "RouteChange",
    "RouteMember",
    "ScoreDraft",
    "ScoreEffect",
    "ScoreModel",
    "ScoreRule",
    "ScoringRun",
    "Signature",
    "WorkingPlace",
]
