from django.urls import path

from films import views

urlpatterns = [
    path("films/", views.film_list, name="films"),
    path("families/", views.family_list, name="families"),
]
