"""How much more fits into a finding, said beside its field before too much is typed."""

from dataclasses import dataclass

from hmic_core.text.markdown import MAX_BYTES

#: With less left than this, the sentence says how much.
FEW = MAX_BYTES // 10
#: Tone -> the sentence; `static/js/room.js` says them again while somebody types.
SENTENCES = {
    "plenty": f"Up to about {MAX_BYTES:,} characters, or {MAX_BYTES // 6_000},000 words.",
    "few": f"About {{}} characters left of {MAX_BYTES:,}.",
    "over": "Too long to save by about {} characters. Shorten it, or move part of it into another finding.",
}


@dataclass(frozen=True)
class Room:
    """What is left of the most that can be saved; below nothing where more was typed. In bytes, as it is checked."""

    left: int
    most = MAX_BYTES
    few = FEW
    sentences = SENTENCES

    @property
    def tone(self) -> str:
        return "over" if self.left < 0 else "few" if self.left < FEW else "plenty"

    def __str__(self) -> str:
        return SENTENCES[self.tone].format(f"{abs(self.left):,}")


def room(text: str) -> Room:
    return Room(MAX_BYTES - len(text.replace("\r\n", "\n").encode()))
