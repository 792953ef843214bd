"""What warnings say of two texts."""

from django import template

from findings.across.consistency.checks import Remark
from findings.across.consistency.words import read
from findings.models import Finding

register = template.Library()


@register.simple_tag
def shared_words(remark: Remark, other: Finding) -> str:
    """ "41 of 56 words the same"."""
    same, whole = remark.share_of(other)
    if same == whole == len(read(other.text).words):
        return "the same words"
    return f"{same} of {whole} words the same"
