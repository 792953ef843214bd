"""The words of what has become public, one row for each finding or paragraph, so that readers can search them."""

from django.db import models

from inspections.models.release import ReleaseItem


class PublishedPassage(models.Model):
    """One passage of an item, taken from it after it became public: see `inspections.published`.

    Its words stand in a generated column with an index too. The website's role reads neither: it asks the function
    `inspections_find_published`, which asks the gate again.
    """

    item = models.ForeignKey(ReleaseItem, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    #: Where in the item's page it stands; empty for the page itself.
    anchor = models.CharField(max_length=20, blank=True)
    heading = models.CharField(max_length=300)
    words = models.TextField()
    #: The item's, which orders what is found.
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="passage_once")]
        indexes = [models.Index(fields=["-published_at", "id"], name="passage_newest")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.position}"
