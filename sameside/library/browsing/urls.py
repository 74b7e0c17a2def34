"""Addresses of browsing; part of the library's."""

from django.urls import path

from sameside.library.browsing import board_views, collection_views, compare_views, reading_views

urlpatterns = [
    path("boards/", board_views.home, name="boards"),
    path("boards/deal/<int:deal_id>/", board_views.deal, name="deal_board"),
    path("boards/<slug:facet>/<str:value>/", board_views.board, name="board"),
    path("boards/<slug:facet>/<str:value>/<slug:kind>/", board_views.rows, name="board_rows"),
    path("collections/", collection_views.listing, name="collections"),
    path("collections/choice/", collection_views.choice, name="collection_choice"),
    path("collections/<slug:slug>/", collection_views.collection, name="collection"),
    path("collections/<slug:slug>/items/", collection_views.items, name="collection_items"),
    path("collections/<slug:slug>/undo/", collection_views.removal_undo, name="collection_undo"),
    path("collections/<slug:slug>/archive/", collection_views.archive, name="collection_archive"),
    path("collections/<slug:slug>/items/<int:item_id>/removal/", collection_views.removal, name="item_removal"),
    path("collections/<slug:slug>/items/<int:item_id>/place/", collection_views.place, name="item_place"),
    path("collections/<slug:slug>/items/<int:item_id>/note/", collection_views.note, name="item_note"),
    path("favourites/", reading_views.starred, name="favourites"),
    path("recent/", reading_views.recent, name="recent"),
    path("new/", reading_views.new, name="new"),
    path("team/", reading_views.team, name="team"),
    path("compare/", compare_views.compare, name="compare"),
    path("<slug:slug>/favourite/", reading_views.favourite, name="favourite"),
    path("<slug:slug>/look/", reading_views.quick_look, name="look"),
]
