"""The import in the admin: adding one plans it; its page is the preview, and afterwards the record of what was done."""

import csv
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from films.export import cell
from reviews import limits, search
from reviews.importing import answers, work
from reviews.importing.forms import AnswerForm, ImportForm, RowForm
from reviews.importing.inspection import tiles
from reviews.importing.undo import did_nothing, undo, why_not
from reviews.models import Import, ImportRow, Proposal

ROWS_ON_A_PAGE = 100
FILMS_NAMED = 10  # of those that stay when an import is taken back; the others are in the report of the command

State, Kind, Status = ImportRow.State, ImportRow.Kind, Import.Status
AT_REST = (Status.PLANNED, Status.COMMITTED)  # nobody is at work on it, and its rows may change

# By what is to become of rows: what is said of those that changed, and why none did.
OUTCOMES = {
    "answer": ("answered", "none asks for a film. A text that names its film keeps it; open its row to correct that"),
    "part": ("kept as other reviews", "none is a question whether it is another review"),
    "skip": ("skipped", "what is not imported is skipped already"),
    "restore": ("decided anew", "what is imported stays, and what is no review or record is to be corrected first"),
}


class ImportAdmin(admin.ModelAdmin):
    list_display = ["named", "status", "created_count", "question_count", "user", "created_at"]
    list_filter = ["status"]
    list_select_related = ["user"]
    search_fields = ["description"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                created_count=Count("rows", filter=Q(rows__state=State.CREATED)),
                question_count=Count("rows", filter=Q(rows__state=State.QUESTION) & ~Q(status=Status.UNDONE)),
            )
        )

    @admin.display(description="import", ordering="pk")
    def named(self, planned):
        """Its files may have long names without a space, which pushed the other columns out of the page."""
        return format_html('<span class="import-name">{}</span>', planned)

    @admin.display(description="created", ordering="created_count")
    def created_count(self, planned):
        return planned.created_count

    @admin.display(description="to answer", ordering="question_count")
    def question_count(self, planned):
        return planned.question_count

    def get_urls(self):
        def page(address, name, view):
            return path(f"<int:pk>/{address}", self.admin_site.admin_view(view), name=f"reviews_import_{name}")

        return [
            page("commit/", "commit", self.changing(self.commit_view)),
            page("stop/", "stop", self.changing(self.stop_view)),
            page("discard/", "discard", self.changing(self.discard_view)),
            page("undo/", "undo", self.changing(self.undo_view)),
            page("answer/", "answer", self.changing(self.answer_view)),
            page("problems.csv", "problems", self.problems_view),
            page("rows/<int:position>/", "row", self.row_view),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request, planned=None):
        """A plan is discarded on its own page; what was committed stays in the history."""
        return False

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and (refused := limits.refused(request, "import")):
            return refused
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        if form.is_valid():
            said = form.cleaned_data
            planned = work.read(said["files"], said["text"], said["film"], request.user)
            return redirect("admin:reviews_import_change", planned.pk)
        return self._page(request, "add", title="Import", form=form)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        planned = self._import(request, object_id)
        return self._preview(request, planned, request.GET)

    def _preview(self, request, planned, place, answer=None):
        """The page of an import at a place: a state, or none, and the number of a page. `answer` could not be taken."""
        counts, state = planned.counts(), place.get("state")
        working = planned.status in (Status.READING, Status.RUNNING)
        rows = planned.rows.select_related("film", "source_film", "review")
        if state in counts:
            rows = rows.filter(state=state)
        page = Paginator(rows, ROWS_ON_A_PAGE).get_page(place.get("page"))
        ticked = answer.data.getlist("rows") if answer else ()
        for row in page:
            row.ticked = str(row.pk) in ticked
        return self._page(
            request,
            "preview",
            status=422 if answer else 200,
            title=str(planned),
            planned=planned,
            working=working,
            counts=[(value, label, counts[value]) for value, label in State.choices if counts[value]],
            total=sum(counts.values()),
            to_create=counts[State.CREATE],
            to_create_said=planned.counted(counts[State.CREATE]),
            created=counts[State.CREATED],
            proposals=Proposal.objects.of_import(planned.pk).count(),
            created_said=planned.counted(counts[State.CREATED]),
            problems=counts[State.QUESTION] + counts[State.REFUSED],
            here=reverse("admin:reviews_import_change", args=[planned.pk]),
            state=state if state in counts else "",
            page=page,
            answer=answer or AnswerForm(rows=rows),
            to_choose=any(counts[open_state] for open_state in ImportRow.OPEN_STATES),
            of_lists=planned.kind in (Kind.FILM, Kind.REMAKE),
            may_commit=self.has_add_permission(request) and not working,
        )

    def row_view(self, request, pk, position):
        """One row: its source with every field marked, and a form to correct it."""
        planned = self._import(request, pk)
        row = get_object_or_404(planned.rows.select_related("film", "source_film", "review"), position=position)
        form = None
        editable = row.open and row.kind == Kind.REVIEW and planned.status != Status.UNDONE
        if editable and self.has_add_permission(request):
            form = RowForm(request.POST or None, row=row)
            if form.is_valid():
                form.save()
                answers.edit(row)
                messages.success(request, f"Row {row.position} is now: {row.get_state_display()}.")
                return redirect(self._next_open(planned, row, state=request.GET.get("state", "")))
        neighbours = planned.rows.values_list("position", flat=True)
        return self._page(
            request,
            "row",
            title=f"Row {row.position} of {planned}",
            planned=planned,
            row=row,
            form=form,
            tiles=tiles(row.source_text, row.spans),
            before=neighbours.filter(position__lt=position).last(),
            after=neighbours.filter(position__gt=position).first(),
        )

    def changing(self, view):
        """The view for whoever may import, by POST, of an import that is still there."""

        def changing_view(request, pk):
            if not self.has_add_permission(request):
                raise PermissionDenied
            planned = self.get_object(request, str(pk))
            if planned is None:
                messages.error(request, f"Import {pk} is not there any more: it was discarded. Nothing was written.")
                return redirect("admin:reviews_import_changelist")
            return view(request, planned)

        return require_POST(changing_view)

    def commit_view(self, request, planned):
        before = planned.counts()
        if planned.status == Status.UNDONE:
            messages.error(request, "This import was taken back. Import the texts again.")
            return redirect("admin:reviews_import_change", planned.pk)
        work.commit(planned)
        if planned.status == Status.RUNNING:
            return redirect("admin:reviews_import_change", planned.pk)
        after = planned.counts()
        created = after[State.CREATED] - before[State.CREATED]
        if created or before[State.CREATE]:
            messages.success(request, f"{planned.counted(created)} imported.")
        else:
            messages.info(request, "Nothing was left to import: all that was to come in is in.")
        if moved := after[State.DUPLICATE] - before[State.DUPLICATE]:
            messages.warning(
                request, f"{planned.counted(moved)} had been stored since the preview and were left as they are."
            )
        return redirect("admin:reviews_import_change", planned.pk)

    def stop_view(self, request, planned):
        """Stops a commit between two batches; what it has created stays, and committing again goes on."""
        if planned.status == Status.RUNNING:
            planned.move_to(Status.PLANNED)
            messages.success(request, "The import is stopped. Import again to go on, or take it back.")
        return redirect("admin:reviews_import_change", planned.pk)

    def discard_view(self, request, planned):
        if planned.status not in (Status.PLANNED, Status.READING) or planned.counts()[State.CREATED]:
            messages.error(request, "This import was committed meanwhile, so it cannot be discarded.")
            return redirect("admin:reviews_import_change", planned.pk)
        work.forget(planned)
        planned.delete()
        messages.success(request, "The import was discarded. Nothing was written.")
        return redirect("admin:reviews_import_changelist")

    def undo_view(self, request, planned):
        if sentence := why_not(planned):
            messages.error(request, sentence)
            return redirect("admin:reviews_import_change", planned.pk)
        before = planned.counts()
        report = undo(planned)
        search.catch_up(search.AT_ONCE)
        taken, kept = planned.counts()[State.UNDONE] - before[State.UNDONE], report["kept"]
        messages.success(request, did_nothing(report) or f"{planned.counted(taken)} taken back.")
        if kept:
            messages.warning(request, "Kept, because people have touched it since: " + _kept_said(kept))
        for film in [one for one in kept if "film" in one][:FILMS_NAMED]:
            messages.warning(request, f"{film['title']}: {film['reason']}")
        return redirect("admin:reviews_import_change", planned.pk)

    def answer_view(self, request, planned):
        """Answers, skips or restores the chosen rows, or every row in the state that the page shows."""
        state = request.POST.get("state", "")
        rows = planned.rows.filter(state=state) if state in State.values else planned.rows.all()
        form = AnswerForm(request.POST, rows=rows)
        if planned.status not in AT_REST:
            messages.error(request, "Somebody is at work on this import, or has taken it back. Look again later.")
        elif form.is_valid():
            self._answer(request, form)
        else:
            return self._preview(request, planned, request.POST, answer=form)
        address = reverse("admin:reviews_import_change", args=[planned.pk])
        place = {"state": state if state in State.values else "", "page": request.POST.get("page", "")}
        place = urlencode({name: said for name, said in place.items() if said})
        return redirect(f"{address}?{place}" if place else address)

    def _answer(self, request, form):
        chosen, action = form.chosen(), form.cleaned_data["action"]
        match action:
            case "answer":
                rows = answers.still_asking(chosen) if form.cleaned_data["every"] else chosen
                changed = answers.answer(rows, form.cleaned_data["film"])
            case "part":
                changed = answers.part(chosen)
            case "skip":
                changed = answers.skip(chosen)
            case "restore":
                changed = answers.restore(chosen)
        done, why_none = OUTCOMES[action]
        if changed:
            messages.success(request, f"{changed} row{'' if changed == 1 else 's'} {done}.")
        else:
            messages.warning(request, f"No row was changed: {why_none}.")

    def problems_view(self, request, pk):
        """The rows that need a person, to work through in a spreadsheet."""
        planned = self._import(request, pk)
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="import-{pk}-problems.csv"'
        table = csv.writer(response)
        table.writerow(["source", "line", "state", "reason", "text"])
        for row in planned.rows.filter(state__in=[State.QUESTION, State.REFUSED]).iterator():
            table.writerow(map(cell, [row.source, row.line or "", row.state, row.reason, row.text.strip()]))
        return response

    def _import(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        planned = self.get_object(request, str(pk))
        if planned is None:
            raise Http404
        return planned

    def _next_open(self, planned, row, state):
        """The address of the next row in the state that an admin works through, or of the preview after the last."""
        if state in State.values:
            following = planned.rows.filter(state=state, position__gt=row.position).first()
            if following:
                address = reverse("admin:reviews_import_row", args=[planned.pk, following.position])
                return f"{address}?state={state}"
        return reverse("admin:reviews_import_change", args=[planned.pk])

    def _page(self, request, name, status=200, **context):
        context |= self.admin_site.each_context(request) | {"title": context["title"], "opts": self.opts}
        return TemplateResponse(request, f"admin/reviews/import/{name}.html", context, status=status)


def _kept_said(kept):
    """ "2 reviews, 1 film: see the rows." """
    counts = {kind: sum(kind in one for one in kept) for kind in ImportRow.Kind.values}
    said = ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items() if count)
    return f"{said}. The rows say why."
