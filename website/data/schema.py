"""The JSON Schema (2020-12) that every JSON document of the website fulfils."""

_CORRECTION = {
    "type": "object",
    "required": ["note", "former_hash", "at"],
    "properties": {
        "note": {"type": "string", "description": "What was corrected, as readers are told."},
        "former_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 of the version before."},
        "at": {"type": "string", "description": "When it was corrected; empty for the latest, whose source says when."},
    },
}
_SOURCE = {
    "type": "object",
    "required": ["id", "kind", "title", "inspection", "force", "published_at", "version", "sha256", "sealed_text"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "kind": {
            "enum": [
                "inspection",
                "report",
                "letter",
                "original",
                "notice",
                "data",
                "update",
                "response",
                "recommendation",
            ]
        },
        "title": {"type": "string"},
        "inspection": {"type": "string"},
        "force": {"type": ["string", "null"]},
        "published_at": {"type": "string", "format": "date-time"},
        "corrected_at": {"type": ["string", "null"], "format": "date-time"},
        "version": {"type": "integer", "minimum": 1},
        "corrections": {"type": "array", "items": _CORRECTION},
        "is_demonstration": {"type": "boolean"},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Of the bytes at sealed_text."},
        "sealed_text": {"type": "string", "format": "uri"},
        "file_sha256": {"type": ["string", "null"]},
    },
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A document of the inspectorate’s website",
    "type": "object",
    "required": ["page", "format_version", "schema", "publisher", "licence", "sources"],
    "properties": {
        "page": {"type": "string", "format": "uri"},
        "format_version": {"const": 1},
        "schema": {"type": "string", "format": "uri"},
        "publisher": {"type": "string"},
        "licence": {"type": "string", "format": "uri"},
        "sources": {"type": "array", "items": _SOURCE},
    },
}
