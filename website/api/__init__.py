"""The read-only API: everything public, page by page, described by OpenAPI. It asks the same gate as the pages."""
