"""Whether a letter's row still agrees with what it was made of: findings, posts, its own hash."""

from forces.models import Post
from hmic_core.errors import NotAllowed
from letters.document import building, wording
from letters.models import Letter
from letters.signing.assembly import document_of, letter_document
from letters.versions import public_document_of


def check_stored(letter: Letter) -> None:
    """The row says what was hashed, for the force and for the public. Raises NotAllowed."""
    if building.content_hash(document_of(letter)) != letter.content_hash:
        raise NotAllowed("The letter's stored text does not agree with its hash. Assemble it again.")
    if letter.has_exclusions and building.content_hash(public_document_of(letter)) != letter.public_hash:
        raise NotAllowed("The version for the public does not agree with its hash. Assemble the letter again.")


def check_addressee(letter: Letter) -> None:
    """The addressee must hold the post on the letter's date, or the signature does not count (domain.md, rule 14)."""
    if not addressee_in_post(letter):
        named = letter.content["addressee"]["name"]
        raise NotAllowed(
            f"{named} is not recorded as chief officer of {letter.force.name} on "
            f"{wording.date_words(letter.letter_date)}. Assemble the letter again."
        )


def addressee_in_post(letter: Letter) -> bool:
    holders = Post.objects.on(letter.letter_date).filter(kind=Post.Kind.CHIEF_OFFICER, force=letter.force_id)
    return bool(holders.filter(person__name=letter.content["addressee"]["name"]).exists())


def differs_from_findings(letter: Letter) -> bool:
    """Whether assembling now would give another text, or could not be done."""
    try:
        fresh = letter_document(
            letter.inspection, letter.force, letter.release, signatory=letter.signatory, day=letter.letter_date
        )
    except NotAllowed:
        return True
    return building.content_hash(fresh) != letter.content_hash
