import mimetypes

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from consultations.models import Document, is_public


@require_safe
def document_file(request, pk):
    """Send the file of a public document of a published record, from any storage."""
    document = get_object_or_404(
        Document.objects.filter(is_public=True)
        .exclude(file="")
        .filter(is_public("meeting") | is_public("agreement")),
        pk=pk,
    )
    try:
        file = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = document.file.name.rsplit("/", 1)[-1]
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)
