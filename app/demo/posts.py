"""The posts of the demo: our own wording around the few words that the press quoted from the General Staff's post.

On 7 January 2025 the General Staff of Ukraine wrote on Telegram of "new offensive operations" in the Kursk region; the
post was then edited and spoke of "combat operations". The sentences here are ours; those words are the quotation.
"""

from datetime import UTC, datetime

PUBLISHED_AT = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
CHANNEL = "generalstaff_demo"
TITLE = "General Staff of Ukraine (demo)"

MORNING = "Зведення на ранок 7 січня 2025 року. Протягом доби відбулося 94 бойових зіткнення."

UKRAINIAN = (
    "Ситуація на Курському напрямку.\n\n"
    "Сили оборони України розпочали нові наступальні операції на Курщині. "
    "За добу відбито 47 атак противника."
)
UKRAINIAN_EDITED = UKRAINIAN.replace("розпочали нові наступальні операції", "ведуть бойові дії")

ENGLISH = (
    "The situation in the Kursk direction.\n\n"
    "The Defence Forces of Ukraine have launched new offensive operations in the Kursk region. "
    "47 enemy attacks were repelled during the day."
)
ENGLISH_EDITED = ENGLISH.replace("have launched new offensive operations", "are conducting combat operations")

WITHDRAWN = "Увага! Пресконференція речника Генерального штабу відбудеться сьогодні о 16:00."

PINS = ("en: new offensive", "uk: нов* наступ*", "ru: нов* наступ*")
