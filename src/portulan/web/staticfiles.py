"""How static files are stored: named by their content, compressed, cached for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the addresses that our ES modules import each other by."""

    support_js_module_import_aggregation = True
