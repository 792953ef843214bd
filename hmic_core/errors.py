"""The one way in which a verb refuses."""


class NotAllowed(Exception):
    """A verb refuses; the message is the sentence that the screen shows, with what to do next."""

    @property
    def sentence(self) -> str:
        return str(self)


class Stale(NotAllowed):
    """Somebody else saved first. Both texts are kept: the caller shows them and asks."""
