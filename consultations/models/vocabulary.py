"""The words that staff choose from, extend and retire."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.models import ReferenceTerm


class MeetingType(ReferenceTerm):
    """What kind of event a meeting is, a regional consultation or something beside."""

    # The one that the portal is about; the code ships with the vocabulary.
    REGIONAL_CONSULTATION = "regional_consultation"

    class Meta(ReferenceTerm.Meta):
        verbose_name = pgettext_lazy("model", "type of meeting")
        verbose_name_plural = _("types of meeting")


class Theme(ReferenceTerm):
    """A subject of social policy."""

    class Meta(ReferenceTerm.Meta):
        verbose_name = pgettext_lazy("model", "theme")
        verbose_name_plural = _("themes")


class TargetGroup(ReferenceTerm):
    """Those whom an agreement is to serve."""

    class Meta(ReferenceTerm.Meta):
        verbose_name = pgettext_lazy("model", "target group")
        verbose_name_plural = _("target groups")


class Programme(ReferenceTerm):
    """A programme under which agreements are made and aid is paid."""

    class Meta(ReferenceTerm.Meta):
        verbose_name = pgettext_lazy("model", "programme")
        verbose_name_plural = _("programmes")


class Instrument(ReferenceTerm):
    """The legal form of an agreement."""

    class Meta(ReferenceTerm.Meta):
        verbose_name = pgettext_lazy("model", "legal instrument")
        verbose_name_plural = _("legal instruments")
