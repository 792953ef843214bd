"""What warnings say of two texts."""

from django import template

from findings.cross_force.consistency.warnings import Remark
from findings.models import Finding
from findings.quotes.sequences import read

register = template.Library()


@register.simple_tag
def shared_words(remark: Remark, other: Finding) -> str:
    """ "41 of 56 words the same"."""
    same, whole = remark.share_of(other)
    if same == whole == len(read(other.text).words):
        return "the same words"
    return f"{same} of {whole} words the same"
