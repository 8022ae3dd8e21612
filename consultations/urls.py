from django.urls import path

from consultations.views import (
    about,
    agreement,
    data,
    follow_up,
    meeting,
    organisation,
    participant,
    preview,
    region,
    search,
    statistics,
)

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
    path("follow-up/", follow_up.FollowUpView.as_view(), name="follow_up"),
    path("regions/", region.region_list, name="region_list"),
    path("regions/<slug:slug>/", region.region_detail, name="region_detail"),
    path("participants/", participant.participant_list, name="participant_list"),
    path(
        "participants/<slug:code>/",
        participant.participant_detail,
        name="participant_detail",
    ),
    path(
        "organisations/<int:pk>/",
        organisation.organisation_detail,
        name="organisation_detail",
    ),
    path("statistics/", statistics.statistics, name="statistics"),
    path(
        "statistics/attendance/",
        statistics.AttendanceView.as_view(),
        name="report_attendance",
    ),
    path(
        "statistics/coverage/",
        statistics.CoverageView.as_view(),
        name="report_coverage",
    ),
    path(
        "statistics/agreements/",
        statistics.AgreementsView.as_view(),
        name="report_agreements",
    ),
    path(
        "statistics/commitments/",
        statistics.CommitmentsView.as_view(),
        name="report_commitments",
    ),
    path("preview/<str:token>/", preview.preview, name="preview"),
    path("data/", data.data_index, name="data_index"),
    path("data/<slug:name>/", data.dataset_detail, name="dataset_detail"),
    path("search/", search.search, name="search"),
    path("about/", about.about, name="about"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("privacy/", about.privacy, name="privacy"),
]
