from django.contrib import admin

from config.admin import ReferenceTermAdmin
from consultations.models import Instrument, MeetingType, Programme, TargetGroup, Theme

admin.site.register(
    [MeetingType, Theme, TargetGroup, Programme, Instrument], ReferenceTermAdmin
)
