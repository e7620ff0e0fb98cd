"""The few words a post adds of its own, in each language: Read, Share, Copy link, E-mail, withdrawn."""

# ruff: noqa: RUF001 - words of many scripts

from __future__ import annotations

from dataclasses import dataclass

from formatting.sentences import base


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language. Each fits a button on a phone, but for `withdrawn`, which is a sentence."""

    read: str = "Read"
    share: str = "Share"
    copy: str = "Copy link"
    email: str = "E-mail"
    withdrawn: str = "This post has been withdrawn."


_LABELS = {
    "en": Labels(),
    "ru": Labels("Читать", "Поделиться", "Копировать", "Почта", "Публикация отозвана."),
    "az": Labels("Oxu", "Paylaş", "Linki köçür", "E-poçt", "Bu paylaşım geri çəkilib."),
    "hy": Labels("Կարդալ", "Կիսվել", "Պատճենել", "Էլ. փոստ", "Հրապարակումը հետ է կանչվել։"),
    "tr": Labels("Oku", "Paylaş", "Bağlantıyı al", "E-posta", "Bu gönderi geri çekildi."),
    "uk": Labels("Читати", "Поділитися", "Копіювати", "Пошта", "Публікацію відкликано."),
    "ka": Labels("წაკითხვა", "გაზიარება", "კოპირება", "ელფოსტა", "პუბლიკაცია გაუქმებულია."),
    "de": Labels("Lesen", "Teilen", "Link kopieren", "E-Mail", "Dieser Beitrag wurde zurückgezogen."),
    "fr": Labels("Lire", "Partager", "Copier", "E-mail", "Cette publication a été retirée."),
    "es": Labels("Leer", "Compartir", "Copiar enlace", "Correo", "Esta publicación ha sido retirada."),
    "ar": Labels("اقرأ", "شارك", "نسخ الرابط", "البريد", "تم سحب هذا المنشور."),
    "fa": Labels("بخوانید", "هم‌رسانی", "کپی پیوند", "ایمیل", "این پست پس گرفته شد."),
    "he": Labels("לקריאה", "שיתוף", "העתקת קישור", "דוא״ל", "הפוסט הזה הוסר."),
    "zh": Labels("阅读", "分享", "复制链接", "邮件", "此帖已撤回。"),
    "ja": Labels("読む", "共有", "リンクをコピー", "メール", "この投稿は取り下げられました。"),
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "ckb", "ug", "sd", "dv"})


def labels(language: str) -> Labels:
    """The words for `language`; English where we have none."""
    return _LABELS.get(base(language), _LABELS["en"])


def arrow(language: str) -> str:
    """The arrow that points onwards in the direction of `language`."""
    return "←" if base(language) in RIGHT_TO_LEFT and base(language) in _LABELS else "→"
