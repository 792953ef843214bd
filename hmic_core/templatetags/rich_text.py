"""The one way from a stored text to a page: `{% load rich_text %}`."""

from django import template
from django.utils.safestring import SafeString

from hmic_core.text.markdown import render_html

register = template.Library()


@register.filter
def rich_text(markdown: str, links: bool = False) -> SafeString:
    """Paragraphs, bullets, bold and italic; links only where asked for (the web, never paper)."""
    return render_html(markdown, links=bool(links))
