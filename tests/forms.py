"""The forms of a page as a browser without JavaScript would send them."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.inside = False
        self.area: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = dict(attributes)
        if tag == "form":
            self.forms.append({"action": held.get("action") or "", "fields": {}})
            self.inside = True
        elif self.inside and tag == "textarea":
            self.area = held.get("name") or ""
            self.fields.setdefault(self.area, [""])
        elif self.inside and tag == "input" and held.get("name"):
            ticked = held.get("type") not in ("checkbox", "radio") or "checked" in held
            if ticked:
                self.fields.setdefault(str(held["name"]), []).append(held.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area is not None and self.inside:
            self.fields[self.area][0] += data

    @property
    def fields(self) -> dict[str, list[str]]:
        fields: dict[str, list[str]] = self.forms[-1]["fields"]
        return fields


def form_on(page: Any, at: str, *, action: str = "") -> tuple[str, dict[str, list[str]]]:
    """(address, fields) of the form of a page that shows something it confirms, or of that with this `action`."""
    parser = _Forms()
    parser.feed(page.content.decode())
    for form in parser.forms:
        if action == form["action"] if action else "shown" in form["fields"]:
            return form["action"] or at, form["fields"]
    raise AssertionError(f"no such form at {at}")


def press(client: Client, page: Any, at: str, *, action: str = "", **typed: Any) -> Any:
    """Send the form with what was typed over it; a None takes a field away."""
    address, fields = form_on(page, at, action=action)
    return client.post(address, {**fields, **typed})
