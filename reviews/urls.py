from django.urls import path

from reviews import api, cards, embedding, feeds, reading, rule, sitemaps, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("films/<slug:slug>/", views.film, name="film"),
    path("films/<slug:slug>/seen/", reading.choose_seen, name="seen"),
    path("films/<slug:slug>/votes.csv", rule.totals, name="totals"),
    path("ranking/", rule.page, name="ranking"),
    path("families/<slug:slug>/", views.family, name="family"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/vote/", views.vote, name="vote"),
    path("reviews/<int:pk>/vote/withdraw/", views.withdraw_vote, name="withdraw_vote"),
    path("reviews/<int:pk>/embed/", embedding.embed, name="embed"),
    path("authors/<path:name>/", views.author, name="author"),
    path("reading/", reading.page, name="reading"),
    path("reading/spoilers/", reading.choose_spoilers, name="choose_spoilers"),
    path("oembed/", embedding.oembed, name="oembed"),
    path("feeds/", feeds.site_feed, name="site_feed"),
    path("feeds/films/<slug:slug>/", feeds.film_feed, name="film_feed"),
    path("feeds/families/<slug:slug>/", feeds.family_feed, name="family_feed"),
    path("feeds/reviewers/<str:username>/", feeds.reviewer_feed, name="reviewer_feed"),
    path("feeds/authors/<path:name>/", feeds.author_feed, name="author_feed"),
    path("cards/film/<slug:slug>.png", cards.film_card, name="film_card"),
    path("cards/family/<slug:slug>.png", cards.family_card, name="family_card"),
    path("cards/review/<int:pk>.png", cards.review_card, name="review_card"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap_index"),
    path("sitemaps/lists.xml", sitemaps.sitemap_of_lists, name="sitemap_of_lists"),
    path("sitemaps/<slug:kind>-<int:number>.xml", sitemaps.sitemap, name="sitemap"),
    *api.urlpatterns,
]
