from django.urls import path

from consultations.views import about, agreement, meeting, region, search

app_name = "consultations"
urlpatterns = [
    path("meetings/", meeting.MeetingListView.as_view(), name="meeting_list"),
    path(
        "meetings/<slug:slug>/",
        meeting.MeetingDetailView.as_view(),
        name="meeting_detail",
    ),
    path("agreements/", agreement.AgreementListView.as_view(), name="agreement_list"),
    path(
        "agreements/<slug:reference>/",
        agreement.AgreementDetailView.as_view(),
        name="agreement_detail",
    ),
    path("regions/", region.region_list, name="region_list"),
    path("regions/<slug:slug>/", region.region_detail, name="region_detail"),
    path("search/", search.search, name="search"),
    path("about/", about.about, name="about"),
]
