"""Documents on screen: numbered paragraphs with what stands beside them, points, two texts face to face, sheets."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hmic_core.templatetags.boxes import attribute, headed
from hmic_core.templatetags.marks import state

register = template.Library()


@register.simple_block_tag
def paragraph(content: str, reference: str, current: bool = False) -> str:
    """A numbered paragraph of a document. Holds `{% words %}`, `{% margin %}` and, when open, `{% composer %}`.

    Its anchor is the reference in lower case (`#pc-3`).
    """
    anchor = reference.lower()
    return format_html(
        '<section class="paragraph{}" id="{}" aria-label="Paragraph {}">'
        '<a class="reference paragraph__reference" href="#{}">{}</a>{}</section>',
        " paragraph--current" if current else "",
        anchor,
        reference,
        anchor,
        reference,
        content,
    )


@register.simple_block_tag
def words(content: str, quotable: str = "") -> str:
    """The words of a paragraph. `quotable`: id of the field that a selection of these words fills."""
    return format_html('<div class="paragraph__words"{}>{}</div>', attribute("data-quote-into", quotable), content)


@register.simple_block_tag
def margin(content: str) -> str:
    """What stands beside a paragraph: `{% note %}`s."""
    return format_html('<div class="paragraph__margin">{}</div>', content)


@register.simple_block_tag
def note(
    content: str,
    heading: str,
    id: str = "",
    label: str = "",
    tone: str = "",
    by: str = "",
    url: str = "",
    current: bool = False,
) -> str:
    """A point beside its words: heading, state, the difference or reason as content, who, and a link to open it."""
    tag = state(label, tone) if label else ""
    link = (
        format_html(
            '<a class="govuk-link" href="{}">Open<span class="govuk-visually-hidden">: {}</span></a>', url, heading
        )
        if url
        else ""
    )
    foot = format_html('<p class="note__by">{} {}</p>', by, link) if by or url else ""
    return format_html(
        '<section class="note{}"{}><h3 class="note__heading"><span>{}</span>{}</h3>{}{}</section>',
        " note--current" if current else "",
        attribute("id", id),
        heading,
        tag,
        content,
        foot,
    )


@register.simple_block_tag
def composer(content: str, heading: str, status: str = "") -> str:
    """Where a point is written, under its paragraph. Content: `composer__body` (form, aside) and `composer__foot`."""
    return format_html(
        '<section class="composer" aria-label="{}"><header class="composer__head"><h3>{}</h3><p>{}</p></header>'
        "{}</section>",
        heading,
        heading,
        status,
        content,
    )


@register.simple_block_tag
def point_card(content: str, reference: str, number: int, label: str, tone: str = "", kind: str = "") -> str:
    """One point with its outcome: reference, number and state at the left, reason and words as content."""
    return format_html(
        '<article class="point" id="point-{}"><div class="point__head">'
        '<h3><span class="reference">{}</span> Point {}</h3>'
        '<p>{}</p><p>{}</p></div><div class="point__body">{}</div></article>',
        number,
        reference,
        number,
        state(label, tone),
        kind,
        content,
    )


@register.simple_block_tag
def stands(content: str, heading: str, note: str = "", quiet: bool = False, level: int = 4) -> str:
    """A passage as it now stands, or (`quiet`) as it was proposed. `level`: of its heading, one below the one above."""
    return format_html(
        '<section class="stands{}"><h{} class="stands__heading">{} <span>{}</span></h{}>{}</section>',
        " stands--quiet" if quiet else "",
        level,
        heading,
        note,
        level,
        content,
    )


@register.simple_block_tag
def facing(content: str, heading: str = "", tone: str = "", level: int = 3) -> str:
    """Two texts face to face. Holds two (or four) `{% side %}`s. `tone` "open": a difference that stays recorded."""
    head = headed(level, heading, "facing__heading")
    return format_html('<div class="facing{}">{}{}</div>', f" facing--{tone}" if tone else "", head, content)


@register.simple_block_tag
def side(content: str, heading: str, note: str = "", inner: bool = False, level: int = 3) -> str:
    """One side of `{% facing %}`. `inner`: only the inspectorate sees it; say so in `note`."""
    small = format_html('<span class="facing__note">{}</span>', note) if note else ""
    return format_html(
        '<div class="facing__side{0}"><h{1} class="facing__title">{2}{3}</h{1}>{4}</div>',
        " facing__side--inner" if inner else "",
        level,
        heading,
        small,
        content,
    )


@register.simple_block_tag
def sheet(content: str, mark: str = "", id: str = "") -> str:
    """A letter as a sheet of paper. `mark`: words across it, such as 'Embargoed copy 3 · Jan McMillan'."""
    layer: SafeString | str = ""
    if mark:
        lines = format_html_join("", '<span data-mark="{}"></span>', [(mark,)] * 90)
        layer = format_html('<div class="sheet__mark" aria-hidden="true">{}</div>', lines)
    return format_html('<div class="sheet"{}>{}{}</div>', attribute("id", id), layer, content)


@register.simple_block_tag
def window(content: str, address: str, status: str = "", tone: str = "none") -> str:
    """A browser window inside the page: address bar, status, and an `<iframe>` (or anything) as content."""
    return format_html(
        '<div class="window"><div class="window__bar"><span class="window__address">{}</span>{}</div>'
        '<div class="window__body">{}</div></div>',
        address,
        state(status, tone) if status else "",
        content,
    )
