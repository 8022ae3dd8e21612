"""The steps of publication in the administration: confirmed first, then carried out.

One table says for each step who may take it, where it is offered, what it asks for and
which service carries it out. One page confirms it, for one record or for many: it says
what will happen to each and which are refused, and nothing happens before.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext

from config.concurrency import (
    changed_meanwhile,
    seen_version,
    version_input_of,
    versions_of,
)
from config.dates import moment_in_words
from consultations import services
from consultations.forms.publication_admin import (
    PublicationForm,
    RemarkForm,
    StepForm,
    WithdrawalForm,
)
from consultations.models import Publication, PublicationStep

# Read, checked and listed by name on one page.
MOST_AT_ONCE = 200
CONFIRMED = "_confirmed"


@dataclass(frozen=True)
class Step:
    """One step: ``name`` in addresses, ``permission`` that it takes, what it says."""

    name: str
    permission: str
    title: Any
    button: Any
    outcome: Any
    check: Callable
    take: Callable
    offered: Callable[[models.Model], bool]
    form: type[StepForm] = StepForm
    is_grave: bool = field(default=False)


def _is(*publications: str) -> Callable[[models.Model], bool]:
    return lambda record: record.publication in publications and not record.is_scheduled


STEPS = {
    step.name: step
    for step in (
        Step(
            "submit",
            "submit",
            gettext_lazy("Submit for review"),
            gettext_lazy("Submit for review"),
            gettext_lazy("is handed over for review; a publisher decides on it"),
            services.check_submit,
            services.submit,
            _is(Publication.DRAFT),
        ),
        Step(
            "publish",
            "publish",
            gettext_lazy("Publish"),
            gettext_lazy("Publish …"),
            gettext_lazy("becomes public, at once or at the moment given below"),
            services.check_publish,
            services.publish,
            lambda record: (
                record.is_scheduled
                or record.publication in (Publication.DRAFT, Publication.IN_REVIEW)
            ),
            PublicationForm,
        ),
        Step(
            "send_back",
            "publish",
            gettext_lazy("Return with a remark"),
            gettext_lazy("Return with a remark …"),
            gettext_lazy("goes back to its author as a draft, with the remark below"),
            services.check_send_back,
            services.send_back,
            _is(Publication.IN_REVIEW),
            RemarkForm,
        ),
        Step(
            "call_off",
            "publish",
            gettext_lazy("Call off the publication"),
            gettext_lazy("Call off the publication …"),
            gettext_lazy("is in review again and is not published by itself"),
            services.check_call_off,
            services.call_off,
            lambda record: record.is_scheduled,
        ),
        Step(
            "withdraw",
            "withdraw",
            gettext_lazy("Withdraw"),
            gettext_lazy("Withdraw …"),
            gettext_lazy(
                "is taken out of the public record; its page says so, and the reason"
            ),
            services.check_withdraw,
            services.withdraw,
            _is(Publication.PUBLISHED),
            WithdrawalForm,
            is_grave=True,
        ),
        Step(
            "return_to_draft",
            "publish",
            gettext_lazy("Take up again as a draft"),
            gettext_lazy("Take up again as a draft …"),
            gettext_lazy(
                "is a draft again; its public page goes on to say that it was withdrawn"
            ),
            services.check_return_to_draft,
            services.return_to_draft,
            _is(Publication.WITHDRAWN),
        ),
    )
}


# What was done, said of one record and of many, by the kind of the step.
DONE = {
    PublicationStep.Kind.SUBMITTED: (
        gettext_lazy("%(record)s: submitted for review."),
        ngettext_lazy(
            "%(count)d record: submitted for review.",
            "%(count)d records: submitted for review.",
            "count",
        ),
    ),
    PublicationStep.Kind.RETURNED: (
        gettext_lazy("%(record)s: returned with a remark."),
        ngettext_lazy(
            "%(count)d record: returned with a remark.",
            "%(count)d records: returned with a remark.",
            "count",
        ),
    ),
    PublicationStep.Kind.PUBLISHED: (
        gettext_lazy("%(record)s: published."),
        ngettext_lazy(
            "%(count)d record: published.", "%(count)d records: published.", "count"
        ),
    ),
    PublicationStep.Kind.SCHEDULED: (
        gettext_lazy("%(record)s: to be published on %(moment)s."),
        ngettext_lazy(
            "%(count)d record: to be published on %(moment)s.",
            "%(count)d records: to be published on %(moment)s.",
            "count",
        ),
    ),
    PublicationStep.Kind.CALLED_OFF: (
        gettext_lazy("%(record)s: the publication was called off."),
        ngettext_lazy(
            "%(count)d record: the publication was called off.",
            "%(count)d records: the publication was called off.",
            "count",
        ),
    ),
    PublicationStep.Kind.WITHDRAWN: (
        gettext_lazy("%(record)s: withdrawn."),
        ngettext_lazy(
            "%(count)d record: withdrawn.", "%(count)d records: withdrawn.", "count"
        ),
    ),
    PublicationStep.Kind.REOPENED: (
        gettext_lazy("%(record)s: taken up again as a draft."),
        ngettext_lazy(
            "%(count)d record: taken up again as a draft.",
            "%(count)d records: taken up again as a draft.",
            "count",
        ),
    ),
}


@dataclass(frozen=True)
class Prospect:
    """What a step would do to one record, or why it will not."""

    record: models.Model
    url: str
    refusal: str = ""
    is_own: bool = False
    # What it would show, were that public too.
    hidden: list[models.Model] = field(default_factory=list)
    # Of which it is a record; none where it is national.
    regions: list[models.Model] = field(default_factory=list)
    # The one that the page shows; None where nobody was shown one.
    version: str | None = None

    @property
    def version_input(self) -> str:
        return version_input_of(self.record)


class StepsAdmin:
    """The pages of the steps, for the admin of a kind of record."""

    def step_urls(self) -> list:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                f"<path:object_id>/{step.name.replace('_', '-')}/",
                self.admin_site.admin_view(self.step_view),
                {"step": step.name},
                name=f"{name}_{step.name}",
            )
            for step in STEPS.values()
        ]

    def steps_offered(self, request, record) -> list[dict]:
        """Return the steps that the reader may take from the page of ``record``."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return [
            {
                "name": step.name,
                "label": step.button,
                "is_grave": step.is_grave,
                "url": reverse(f"{name}_{step.name}", args=[record.pk]),
            }
            for step in STEPS.values()
            if step.offered(record) and self.may(request, step.permission, record)
        ]

    def step_view(self, request, object_id, step):
        """Confirm a step for one record, then carry it out."""
        step = STEPS[step]
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.may(request, step.permission, record):
            raise PermissionDenied
        response = self.confirm(request, step, self.model.objects.filter(pk=record.pk))
        if response is not None:
            return response
        return HttpResponseRedirect(self.return_url(request) or self.change_url(record))

    def confirm(self, request, step: Step, records, action: str = ""):
        """Return the page that confirms ``step``, or None once it was carried out."""
        if records.count() > MOST_AT_ONCE:
            self.message_user(
                request,
                _("Choose at most %(count)d records at once.")
                % {"count": MOST_AT_ONCE},
                messages.ERROR,
            )
            return None
        prospects = self._prospects(request, step, records)
        confirmed = request.method == "POST" and CONFIRMED in request.POST
        form = step.form(
            request.POST if confirmed else None,
            asks_authors=any(one.is_own and not one.refusal for one in prospects),
        )
        if confirmed and form.is_valid():
            self._carry_out(
                request,
                step,
                [one for one in prospects if not one.refusal],
                form.values(),
            )
            self._tell_refused(request, [one for one in prospects if one.refusal])
            return None
        return TemplateResponse(
            request,
            "admin/consultations/step.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": step.title,
                "step": step,
                "taken": [one for one in prospects if not one.refusal],
                "refused": [one for one in prospects if one.refusal],
                "form": form,
                "action": action,
                "confirmed": CONFIRMED,
                "back": (
                    reverse(
                        f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
                    )
                    if action
                    else prospects[0].url
                ),
                "media": self.media,
            },
        )

    def _prospects(self, request, step: Step, records) -> list[Prospect]:
        """Return what would happen to each record, in queries that do not grow."""
        records = records.order_by().with_last_saver()
        records = records.prefetch_related(
            "sources", "publication_steps", self.model.regions_field
        )
        records = sorted(records, key=lambda record: -record.pk)
        versions = versions_of(records)
        goes_on = step.name in ("submit", "publish")
        hidden = self.left_unpublished(records) if goes_on else {}
        return [
            Prospect(
                record,
                self.change_url(record),
                self._refusal(request, step, record, versions[record.pk]),
                is_own=step.name == "publish" and services.is_own(record, request.user),
                hidden=hidden.get(record.pk, []),
                regions=record.regions_in_order(),
                version=versions[record.pk],
            )
            for record in records
        ]

    def _refusal(self, request, step: Step, record, version) -> str:
        if not self.may(request, step.permission, record):
            return _("You may not take this step with this record.")
        seen = seen_version(request.POST, record)
        if CONFIRMED in request.POST and seen != version:
            return " ".join(changed_meanwhile(record).messages)
        try:
            step.check(record)
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        return ""

    def _carry_out(self, request, step: Step, prospects, values) -> None:
        """Take ``step`` with each record, each in a transaction; say what was done."""
        done, refused = [], []
        for one in prospects:
            try:
                with transaction.atomic():
                    changed = step.take(
                        one.record,
                        by=request.user,
                        expected_version=one.version,
                        **values,
                    )
                    self.log_change(request, changed, [self._entry(changed)])
            except ValidationError as refusal:
                refused.append(
                    Prospect(one.record, one.url, " ".join(refusal.messages))
                )
            else:
                done.append(changed)
        self._tell_refused(request, refused)
        self._tell_done(request, done)

    def take_one(self, request, step: Step, record) -> None:
        """Take a step that asks for nothing, with a record that was just saved."""
        self._carry_out(request, step, [Prospect(record, self.change_url(record))], {})

    def _entry(self, record) -> dict:
        """Return the entry of the log for the step that ``record`` has just taken."""
        step = record.publication_steps.first()
        entry = {"step": step.kind}
        if step.remark:
            entry["reason"] = step.remark
        return {"publication": entry}

    def _tell_refused(self, request, refused) -> None:
        for one in refused:
            self.message_user(
                request,
                _("%(record)s: %(reason)s")
                % {"record": one.record, "reason": one.refusal},
                messages.ERROR,
            )

    def _tell_done(self, request, done) -> None:
        if not done:
            return
        one, many = DONE[done[0].publication_steps.first().kind]
        text = (one if len(done) == 1 else many) % {
            "record": done[0],
            "count": len(done),
            "moment": moment_in_words(done[0].publish_at) if done[0].publish_at else "",
        }
        self.message_user(request, text, messages.SUCCESS)
        gone_on = [
            record
            for record in done
            if record.publication in (Publication.IN_REVIEW, Publication.PUBLISHED)
        ]
        hidden = self.left_unpublished(gone_on) if gone_on else {}
        for record in gone_on:
            self._tell_what_stays_hidden(request, record, hidden.get(record.pk, []))

    def _tell_what_stays_hidden(self, request, record, drafts) -> None:
        if record.publication == Publication.IN_REVIEW:
            drafts = [one for one in drafts if one.publication == Publication.DRAFT]
        if not drafts:
            return
        links = format_html_join(
            pgettext("between two names", ", "),
            '<a href="{}">{}</a>',
            ((self.change_url(draft), draft) for draft in drafts),
        )
        text = (
            _("{record}: not shown, as they are not published: {agreements}")
            if record.publication == Publication.PUBLISHED
            else _("{record}: not submitted with it: {agreements}")
        )
        self.message_user(
            request,
            format_html(text, record=record, agreements=links),
            messages.WARNING,
        )

    def left_unpublished(self, records) -> dict[int, list]:
        """Return, by key, what each of ``records`` would show, were it public too."""
        return {}

    def last_steps(self, record) -> list[PublicationStep]:
        """Return the steps of ``record``, the latest first, with who took them."""
        return list(record.publication_steps.select_related("by"))
