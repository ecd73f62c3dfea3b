"""Pages that stand in front of a statement, as sites show them, and statements that speak of such pages."""

import pytest

from app.domain.observations import Outcome
from app.domain.watches import SourceKind
from app.sources.contract import Statements, Target, Unread
from app.sources.registry import sources

PAGE = sources("https://t.me")[SourceKind.WEB_PAGE]
URL = "https://ministry.example/news/2025/releases/7"
MENU = "<nav><ul>" + "".join(f"<li><a href='/{n}'>Розділ номер {n} порталу</a></li>" for n in range(9)) + "</ul></nav>"
FOOTER = "<footer>© 2025 Міністерство. Гаряча лінія 0 800 500 000</footer>"


@pytest.fixture(scope="module")
def read(answer, now):
    def look(body, **fields):
        asked = answer(body, **({"url": URL} | fields))
        return PAGE.read(asked, Target(SourceKind.WEB_PAGE, URL, URL), external_id=None, now=now)

    return look


def page(title, *paragraphs, heading=True, around=("", "")):
    shown = (f"<h1>{title}</h1>" if heading else "") + "".join(f"<p>{one}</p>" for one in paragraphs)
    head = f"<head><meta charset=utf-8><title>{title if heading else 'Ministry'}</title></head>"
    return f"<!DOCTYPE html><html>{head}<body>{around[0]}<main>{shown}</main>{around[1]}</body></html>"


HEADED = {
    Outcome.BLOCKED: (
        "Зачекайте...", "Один момент…", "Подождите", "Перевірка, що ви не робот",
        "Проверка браузера перед переходом на сайт",
        "Доступ до сайту обмежено", "Доступ к запрашиваемому ресурсу ограничен", "Ваш запрос был отклонён",
        "Забагато запитів", "Слишком много запросов", "Error 1020", "Challenge Validation", "Захист від ботів",
        "451: Unavailable due to legal reasons", "This content is not available in your region",
        "Access denied | ministry.example used Cloudflare to restrict access",
    ),
    Outcome.UNREADABLE: (
        "We can’t find the page you’re looking for", "Nothing Found", "На жаль, сторінку не знайдено",
        "Запитувану сторінку не знайдено", "Матеріал не знайдено", "Публікацію видалено", "Такої сторінки немає",
        "К сожалению, страница не найдена",
        "Сторінка не знайдена", "Запрашиваемая страница не найдена", "Такой страницы нет", "Новость удалена",
        "Страница удалена", "This page has been removed", "This domain may be for sale", "Index of /",
    ),
    Outcome.SERVER_ERROR: (
        "Проводяться технічні роботи", "На сайті ведуться планові технічні роботи", "Сайт тимчасово недоступний",
        "Сайт на реконструкції", "На сайте ведутся технические работы", "Сайт находится на техническом обслуживании",
        "We’ll be back soon!", "Site maintenance", "ministry.example | 521: Web server is down", "Application error",
    ),
}  # fmt: skip
SAYING = {
    Outcome.BLOCKED: (
        "Request unsuccessful. Incapsula incident ID: 877000570154324703-187", "Powered and protected by Akamai",
        "Press & Hold to confirm you are a human (and not a bot).", "Qrator Labs. Request ID 5b2f",
        "Our systems have detected unusual traffic from your computer network.", "Please enable cookies to continue.",
        "Перевіряємо, чи ви людина. Це може тривати кілька секунд.", "Зачекайте, йде перевірка вашого браузера…",
        "Підтвердіть, що ви не робот, щоб продовжити.",
        "Нам очень жаль, но запросы с вашего устройства похожи на автоматические.",
        "ministry.example необходимо проверить безопасность вашего подключения, прежде чем продолжить.",
        "Доступ к ресурсу с территории вашей страны ограничен.", "Возможно, вы используете VPN. Отключите его.",
        "Ми використовуємо файли cookie, щоб покращити роботу сайту. Продовжуючи, ви погоджуєтеся.",
        "We and our 842 partners store and/or access information on a device, such as unique identifiers.",
        "Оберіть спосіб входу: електронний підпис, BankID або Дія.Підпис", "Forbidden",
    ),
    Outcome.UNREADABLE: (
        "Loading...", "Завантаження...", "Загрузка…", "Для доступа к сайту нужна поддержка JavaScript",
        "Ваш браузер устарел. Обновите браузер.", "Сторінка, яку ви шукаєте, не існує або була видалена.",
    ),
    Outcome.SERVER_ERROR: (
        "no healthy upstream", "upstream connect error or disconnect/reset before headers.", "error code: 1015",
        "Fatal error: Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused", "Internal Server Error",
        "Briefly unavailable for scheduled maintenance. Check back in a minute.",
    ),
}  # fmt: skip


def several(samples):
    return [pytest.param(outcome, text, id=text[:40]) for outcome, texts in samples.items() for text in texts]


@pytest.mark.parametrize(("outcome", "title"), several(HEADED))
def test_a_page_that_is_headed_like_a_wall_is_none(read, outcome, title):
    around = (MENU, FOOTER) if outcome is Outcome.UNREADABLE else ("", "")
    for body in (page(title, "Спробуйте пізніше.", around=around), page(title, around=around)):
        found = read(body)
        assert isinstance(found, Unread)
        assert found.outcome is outcome


@pytest.mark.parametrize(("outcome", "words"), several(SAYING))
def test_a_page_of_which_only_the_words_of_a_wall_are_left_is_none(read, outcome, words):
    for body, kind in ((page("", words, heading=False, around=(MENU, FOOTER)), "text/html"), (words, "text/plain")):
        found = read(body, content_type=kind)
        assert isinstance(found, Unread)
        assert found.outcome is outcome


STATEMENTS = (
    ("Warning", "Fraudsters show a page that says “Verify you are human”, the ministry said. Do not follow it."),
    (
        "Decision",
        "This website uses cookies of three kinds, the regulator said in its decision against the broadcaster.",
    ),
    ("Access denied to inspectors", "Access was denied to inspectors of the agency at the plant on Monday."),
    ("Service unavailable for 14 hours", "Emergency numbers were unavailable in 3 districts for 14 hours."),
    ("Maintenance", "Maintenance of reactor 3 begins on 12 January and lasts 40 days, the operator said."),
    ("Too many requests", "Too many requests for asylum were refused without a hearing, the court said."),
    ("Not found", "“Page not found” was what 12 % of visitors saw in January. " * 200),
    ("Loading", "Loading of grain in the port of Odesa began again on Monday."),
    ("Posts", "The agency will require JavaScript developers to pass a check. 120 people applied."),
    (
        "Технічні роботи у застосунку Дія",
        "12 січня з 22:00 до 06:00 проводяться технічні роботи, послуги будуть недоступні.",
    ),
    ("Планові роботи на мережах", "14 січня ведуться планові роботи на вулиці Шевченка. Без світла 120 будинків."),
    ("Роботу сайту відновлено", "Сайт міністерства тимчасово не працював через кібератаку. Роботу відновлено о 14:30."),
    ("Доступ до сайту МЗС", "У ніч на 14 січня сталася атака. Доступ до сайту МЗС тимчасово обмежено, заявили в СБУ."),
    ("Вилучено", "Сторінка не існує в підручнику: у міністерстві пояснили, чому вилучили розділ."),
    ("О блокировке", "Роскомнадзор сообщил, что доступ к ресурсу ограничен по требованию Генпрокуратуры."),
    ("Сайт временно недоступен: заявление ведомства", "Специалисты работают над восстановлением после атаки."),
    ("Сервис не работает в 14 регионах", "Минцифры обещает восстановить работу к 18:00."),
)


@pytest.mark.parametrize(("title", "words"), STATEMENTS, ids=[title for title, _ in STATEMENTS])
def test_a_statement_about_walls_and_repairs_is_a_statement(read, title, words):
    for around in (("", ""), (MENU, FOOTER)):
        found = read(page(title, words, around=around))
        assert isinstance(found, Statements), found


LEADS = {
    "https://ministry.example/?utm_source=404": Outcome.UNREADABLE,
    "https://ministry.example/uk/?lang=uk": Outcome.UNREADABLE,
    "https://ministry.example/news/2025/releases": Outcome.UNREADABLE,
    "https://ministry.example/news/2025/": Outcome.UNREADABLE,
    "https://ministry.example/news": Outcome.UNREADABLE,
    "https://ministry.example/search?q=7": Outcome.UNREADABLE,
    "https://ministry.example/?p=123": None,
    "https://ministry.example/news/2025/releases/7-new-head": None,
    "https://ministry.example/news/2025/releases/7/": None,
    "https://ministry.example/news?id=7": None,
}


@pytest.mark.parametrize(("went_to", "outcome"), LEADS.items(), ids=LEADS.keys())
def test_an_address_that_leads_to_a_list_or_the_front_page_shows_no_statement(read, went_to, outcome):
    found = read(page("News", "The new head of the department was appointed on Friday."), went_to=went_to)
    assert getattr(found, "outcome", None) is outcome


def test_an_address_may_lead_to_itself_without_its_last_part(read, answer, now):
    for asked, went_to in (("/news/7/amp", "/news/7"), ("/reports/print", "/reports"), ("/a/b/index.html", "/a/b/")):
        url, target = f"https://ministry.example{asked}", f"https://ministry.example{went_to}"
        asked_of = answer(page("News", "The new head of the department was appointed."), url=url, went_to=target)
        found = PAGE.read(asked_of, Target(SourceKind.WEB_PAGE, url, url), external_id=None, now=now)
        assert isinstance(found, Statements), asked


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json"])
def test_data_with_markup_in_it_is_no_page(read, kind):
    assert isinstance(read('{"html": "<p>Five people were killed on Monday.</p>"}', content_type=kind), Unread)


@pytest.mark.parametrize("kind", ["text/css", "text/javascript", "application/javascript"])
def test_a_program_or_a_style_is_no_page(read, kind):
    assert isinstance(read("var page = '<p>Five people were killed on Monday.</p>'", content_type=kind), Unread)


RELEASE = (
    "Five soldiers were wounded and 12 vehicles were lost on Monday in the border region, 2 more than were counted."
)
BESIDE = {
    "Cloudflare": "<script>a.src='/cdn-cgi/challenge-platform/h/g/scripts/jsd/8a/main.js'</script>",
    "Imperva": '<script src="/_Incapsula_Resource?SWJIYLWA=719d34d3&ns=1" async></script>',
    "Amazon": '<script>window.awsWafCookieDomainList = ["ministry.example"]</script>',
    "a form for comments": '<form><textarea></textarea><div class="cf-turnstile"></div></form>',
    "an unseen captcha": '<div class="g-recaptcha" data-size="invisible"></div>',
    "a login": '<form action="/login"><input name="u"><input type="password"></form>',
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE.keys())
def test_what_networks_and_forms_put_beside_a_short_release_does_not_make_it_a_wall(read, beside):
    found = read(page("Losses of Monday", RELEASE, around=("", beside)))
    assert isinstance(found, Statements), found
    assert isinstance(read(page("", "Please wait", heading=False, around=("", beside))), Unread)
