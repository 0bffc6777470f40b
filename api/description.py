"""The description of the API for client generators, with the one error shape everywhere."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.routes.shapes import ErrorView

_VALIDATION = {"HTTPValidationError", "ValidationError"}
"""FastAPI describes its own error shape, which ``install_errors`` replaces."""


def install_description(app: FastAPI) -> None:
    """Let ``/v1/openapi.json`` tell of the errors that the application really gives."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_errors(describe())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _with_errors(description: dict[str, Any]) -> dict[str, Any]:
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    for name in _VALIDATION:
        schemas.pop(name, None)
    told = ErrorView.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(told.pop("$defs"))
    schemas["ErrorView"] = told
    shape = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorView"}}}
    for operations in description["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            if "422" in responses:
                responses["422"] = {"description": "Not usable as it is.", "content": shape}
            responses.setdefault("default", {"description": "Any other failure.", "content": shape})
    return description
