"""Who signs in, how, and who may be what over the whole service."""
