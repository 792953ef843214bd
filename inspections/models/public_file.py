"""The bytes of what becomes public: kept where the website's role reads them, and only through the gate."""

from typing import Any, ClassVar

from django.db import models

from inspections.models.release import ReleaseItem


class PublicFile(models.Model):
    """One file of an item, byte for byte, copied here when the item was frozen (docs/adr/0010-public-bytes.md).

    Row-level security shows it to the website exactly as long as its item is public. PostgreSQL compares bytes and
    hash, and takes no file that its item does not name.
    """

    item = models.ForeignKey(ReleaseItem, on_delete=models.CASCADE, related_name="files")
    #: SHA-256 of `data`: the item's `file_hash`, or that of its Welsh version.
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "sha256"], name="public_file_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.sha256[:8]}"
