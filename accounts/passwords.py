"""What a password may not be, beside Django's own rules."""

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.folding import fold

# What anybody would try here: the ministry, the portal, its subjects, the country.
CONTEXT_WORDS = [
    "التضامن",
    "الإدماج",
    "الاجتماعي",
    "الأسرة",
    "الوزارة",
    "وزارة",
    "البوابة",
    "بوابة",
    "اللقاء",
    "لقاء",
    "اللقاءات",
    "لقاءات",
    "تشاوري",
    "التشاورية",
    "استشارة",
    "اتفاقية",
    "شراكة",
    "جسر",
    "المغرب",
    "الرباط",
    "الجهة",
    "جهات",
    "كلمة",
    "السر",
    "solidarite",
    "insertion",
    "sociale",
    "famille",
    "ministere",
    "portail",
    "rencontre",
    "rencontres",
    "concertation",
    "consultation",
    "consultations",
    "convention",
    "partenariat",
    "maroc",
    "morocco",
    "rabat",
    "region",
    "regions",
    "motdepasse",
    "solidarity",
    "tadamon",
    "tadamoun",
    "idmaj",
    "ousra",
    "wizara",
    "jisr",
    "portal",
    "ministry",
    "social",
    "family",
    "meeting",
    "agreement",
    "admin",
    "password",
    "passe",
    "azerty",
    "qwerty",
    "bonjour",
    "salam",
]
SHORTEST_WORD = 3
LEAST_OF_ITS_OWN = 8  # different letters and signs, such words left out
_DISGUISES = str.maketrans("013457@$!", "oieastasi")


class ContextWordsValidator:
    """Refuses what is left weak once names and words of this place are taken out."""

    def validate(self, password, user=None):
        spelt = fold(password).translate(_DISGUISES)
        plain = fold(password)
        for word in sorted(self._words(user), key=len, reverse=True):
            spelt = spelt.replace(word.translate(_DISGUISES), " ")
            plain = plain.replace(word, " ")
        own = min((spelt, plain), key=_weight)
        if _weight(own) < LEAST_OF_ITS_OWN:
            raise ValidationError(
                self.get_error_message(), code="password_of_this_place"
            )

    def get_error_message(self):
        return _(
            "This password is made of words or names that anybody would try here, or "
            "repeats itself: add words that have nothing to do with you or with the "
            "portal."
        )

    def get_help_text(self):
        return _(
            "It may not be made of your names, of those of the ministry, the portal and "
            "its subjects, or of repetitions: three or four words that have nothing to do "
            "with each other are easy to keep in mind and hard to guess."
        )

    def _words(self, user):
        words = {fold(word) for word in CONTEXT_WORDS}
        if user is not None:
            names = (user.username, user.first_name, user.last_name, user.email)
            for name in names:
                folded = fold(name).replace("@", " ").replace(".", " ")
                words.update(folded.replace("-", " ").replace("_", " ").split())
        return {word for word in words if len(word) >= SHORTEST_WORD}


class AnotherPasswordValidator:
    """Refuses the password that the account has already."""

    def validate(self, password, user=None):
        if user is not None and user.pk and check_password(password, user.password):
            raise ValidationError(self.get_error_message(), code="password_unchanged")

    def get_error_message(self):
        return _("This is the present password: choose another.")

    def get_help_text(self):
        return _("It must differ from the present one.")


def _weight(text: str) -> int:
    """Return how many different letters and signs ``text`` has.

    Digits count for a third: they are years and sequences more often than not.
    """
    letters = {one for one in text if one.isalpha()}
    digits = {one for one in text if one.isdigit()}
    others = {one for one in text if not one.isalnum() and not one.isspace()}
    return len(letters) + len(others) + len(digits) // 3
