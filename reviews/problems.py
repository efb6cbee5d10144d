"""How the API says what went wrong: RFC 9457."""

from http import HTTPStatus

from django.http import JsonResponse

CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link, Retry-After"}


def is_for_programs(request):
    return request.path.startswith("/api/v1/")


def problem(status, detail, headers=None, **more):
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    headers = {**CORS, **(headers or {})}
    return JsonResponse(said, status=status, content_type="application/problem+json", headers=headers)
