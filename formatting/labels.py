"""The few words a post adds of its own, in each language: Read, Share, Copy link, E-mail."""

# ruff: noqa: RUF001 - words of many scripts

from __future__ import annotations

from dataclasses import dataclass

from formatting.sentences import base


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language. Each fits a button on a phone."""

    read: str = "Read"
    share: str = "Share"
    copy: str = "Copy link"
    email: str = "E-mail"


_LABELS = {
    "en": Labels(),
    "ru": Labels("Читать", "Поделиться", "Копировать", "Почта"),
    "az": Labels("Oxu", "Paylaş", "Linki köçür", "E-poçt"),
    "hy": Labels("Կարդալ", "Կիսվել", "Պատճենել", "Էլ. փոստ"),
    "tr": Labels("Oku", "Paylaş", "Bağlantıyı al", "E-posta"),
    "uk": Labels("Читати", "Поділитися", "Копіювати", "Пошта"),
    "ka": Labels("წაკითხვა", "გაზიარება", "კოპირება", "ელფოსტა"),
    "de": Labels("Lesen", "Teilen", "Link kopieren", "E-Mail"),
    "fr": Labels("Lire", "Partager", "Copier", "E-mail"),
    "es": Labels("Leer", "Compartir", "Copiar enlace", "Correo"),
    "ar": Labels("اقرأ", "شارك", "نسخ الرابط", "البريد"),
    "fa": Labels("بخوانید", "هم‌رسانی", "کپی پیوند", "ایمیل"),
    "he": Labels("לקריאה", "שיתוף", "העתקת קישור", "דוא״ל"),
    "zh": Labels("阅读", "分享", "复制链接", "邮件"),
    "ja": Labels("読む", "共有", "リンクをコピー", "メール"),
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "ckb", "ug", "sd", "dv"})


def labels(language: str) -> Labels:
    """The words for `language`; English where we have none."""
    return _LABELS.get(base(language), _LABELS["en"])


def arrow(language: str) -> str:
    """The arrow that points onwards in the direction of `language`."""
    return "←" if base(language) in RIGHT_TO_LEFT and base(language) in _LABELS else "→"
