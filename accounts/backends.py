"""Signs staff in, and answers what each of them may do with which row."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from accounts import roles


class RoleBackend(ModelBackend):
    """Django's own, with the table of ``accounts.roles`` for a single row.

    Without a row the answer is about some row: it is what the groups hold, which
    ``make_roles`` writes as the table says.
    """

    def _get_user_permissions(self, user_obj):
        # Rights come from roles alone: one that was given to an account is not read.
        return Permission.objects.none()

    def has_perm(self, user_obj, perm, obj=None):
        if not super().has_perm(user_obj, perm):
            return False
        return obj is None or roles.reaches(user_obj, perm, obj)
