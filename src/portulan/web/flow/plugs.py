"""What the work brings to the frame: sentences of its refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from portulan.web import plugs

plugs.sentences(
    {
        "item.source": gettext_lazy("%(source)s tells this: change it there, then import again."),
        "release.product": gettext_lazy("Choose a release of the item’s product."),
        "release.taken": gettext_lazy("The product has a release of this name already."),
    }
)
