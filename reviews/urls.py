from django.urls import path

from reviews import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("films/<slug:slug>/", views.film, name="film"),
    path("families/<slug:slug>/", views.family, name="family"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/vote/", views.vote, name="vote"),
    path("reviews/<int:pk>/vote/withdraw/", views.withdraw_vote, name="withdraw_vote"),
]
