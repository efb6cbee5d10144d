from django.urls import path

from films import views

urlpatterns = [
    path("families/", views.family_list, name="families"),
]
