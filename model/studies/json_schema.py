"""The JSON Schema of a study's file: what editors complete and underline by."""

from __future__ import annotations

import json

from model.studies.format.document import Document


def text() -> str:
    """The schema as a JSON document."""
    schema = Document.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "A study for Bedside"
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
