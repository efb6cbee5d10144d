"""Proposals in the admin: what reviews say of films, to be accepted, edited or declined. Nothing applies by itself."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from films.models import Film
from reviews import comparing, proposing
from reviews.models import Proposal, Quote

QUOTES_SHOWN = 3

Kind, State = Proposal.Kind, Proposal.State


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, proposals):
        return [(State.ACCEPTED, "Accepted"), (State.DECLINED, "Declined"), ("all", "All")]

    def choices(self, changelist):
        for number, choice in enumerate(super().choices(changelist)):
            yield choice | ({"display": "Open"} if number == 0 else {})

    def queryset(self, request, proposals):
        state = self.value() or State.OPEN
        return proposals if state == "all" else proposals.filter(state=state)


class ImportFilter(admin.SimpleListFilter):
    """Offered only to those who come from an import."""

    title = "import"
    parameter_name = "import"

    def lookups(self, request, proposals):
        chosen = request.GET.get("import", "")
        return [(chosen, f"Import {chosen}")] if chosen.isdecimal() else []

    def queryset(self, request, proposals):
        return proposals.of_import(self.value()) if self.value() else proposals


class ProposalList(ChangeList):
    def get_results(self, request):
        super().get_results(request)
        ends = proposing.Ends(self.result_list)
        for proposal in self.result_list:
            proposal.ends = [_end(film) for film in ends.of(proposal)] if proposal.open else []


def _end(film):
    """What accepting a proposal would mean for a film, as the template shows it."""
    if isinstance(film, Film):
        return {"film": film}
    return {"question": film}


class ProposalAdmin(admin.ModelAdmin):
    list_display = ["__str__", "said", "films"]
    list_filter = [StateFilter, "kind", ImportFilter]
    list_per_page = 50
    search_fields = ["film_title", "other_title", "pair"]
    actions = ["accept", "decline", "reopen"]
    change_form_template = "admin/reviews/proposal/change_form.html"
    change_list_template = "admin/reviews/proposal/change_list.html"

    def get_queryset(self, request):
        quotes = Quote.objects.select_related("review__user", "review__film").defer("review__body")
        shown = Prefetch("quotes", quotes[:QUOTES_SHOWN], to_attr="shown")
        return super().get_queryset(request).with_counts().prefetch_related(shown)

    def get_changelist(self, request, **kwargs):
        return ProposalList

    def get_fields(self, request, proposal=None):
        if proposal.kind == Kind.ALIAS:
            return ["film_title", "film_year", "other_title", "said"]
        return ["film_title", "film_year", "edge_kind", "other_title", "other_year", "said"]

    def get_readonly_fields(self, request, proposal=None):
        return ["said"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, proposal=None):
        """What is decided stands as it was decided."""
        return (proposal is None or proposal.open) and super().has_change_permission(request, proposal)

    def has_delete_permission(self, request, proposal=None):
        """A proposal that was deleted would come back; one that is declined does not."""
        return False

    @admin.display(description="who says so")
    def said(self, proposal):
        return self._part("quotes", proposal)

    @admin.display(description="in the catalogue")
    def films(self, proposal):
        return self._part("ends", proposal)

    def _part(self, name, proposal):
        return mark_safe(render_to_string(f"admin/reviews/proposal/_{name}.html", {"proposal": proposal}))  # noqa: S308

    def changelist_view(self, request, extra_context=None):
        """The buttons of a row belong to the form of the list, so that its filters stay as they are."""
        if request.method == "POST" and {"accept", "decline"} & request.POST.keys():
            self._decide(request)
            return redirect(request.get_full_path())
        return super().changelist_view(request, extra_context)

    def _decide(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied
        name = "accept" if "accept" in request.POST else "decline"
        chosen = request.POST[name]
        proposal = get_object_or_404(Proposal, pk=chosen if chosen.isdecimal() else 0)
        if not proposal.open:
            messages.warning(request, f"{proposal}: {proposal.decision.lower()}, so nothing was changed.")
            return
        decide = self._accept if name == "accept" else self._decline
        decide(request, Proposal.objects.filter(pk=proposal.pk))

    def response_change(self, request, proposal):
        if "_accept" in request.POST:
            self._accept(request, Proposal.objects.filter(pk=proposal.pk))
            proposal.refresh_from_db()
            if proposal.open:
                return redirect("admin:reviews_proposal_change", proposal.pk)
            return redirect("admin:reviews_proposal_changelist")
        return super().response_change(request, proposal)

    @admin.action(description="Accept", permissions=["change"])
    def accept(self, request, proposals):
        self._accept(request, proposals)

    @admin.action(description="Decline", permissions=["change"])
    def decline(self, request, proposals):
        self._decline(request, proposals)

    @admin.action(description="Open again what was declined", permissions=["change"])
    def reopen(self, request, proposals):
        messages.success(request, f"{_counted(proposing.reopen(_plain(proposals)))} open again.")

    def _accept(self, request, proposals):
        accepted, refused = proposing.accept_all(_plain(proposals).open().order_by("pk"), request.user)
        if accepted:
            comparing.catch_up(comparing.AT_ONCE)
            messages.success(request, f"{_counted(accepted)} accepted.")
        for sentence in refused:
            messages.error(request, sentence)

    def _decline(self, request, proposals):
        declined = proposing.decline(_plain(proposals), request.user)
        messages.success(request, f"{_counted(declined)} declined. They do not come back.")


def _plain(proposals):
    """The same without counts and joins, so that they can be updated."""
    return Proposal.objects.filter(pk__in=list(proposals.values_list("pk", flat=True)))


def _counted(number):
    return f"{number} proposal{'' if number == 1 else 's'}"
