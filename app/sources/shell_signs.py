"""Texts that are all that is left of a page when a program asks for it: checks for robots, questions, errors.

They are looked for in short main texts only, and speak to whoever sits before the screen ("your browser", "you are not
a robot") or in the words of a server. A statement about such things is longer, or speaks of others.
"""

import re
from typing import NamedTuple

from app.domain.observations import Outcome


class Shell(NamedTuple):
    """``pattern`` stands anywhere in a text of fewer than ``below`` characters."""

    pattern: re.Pattern[str]
    below: int
    outcome: Outcome
    detail: str


REPORTS = re.compile(
    r"\b(?:said|says|told|announced|reported|according to|warn(?:s|ed)|stated|explained"
    r"|пояснил[аи]?|заявил[аи]?|сказал[аи]?|сообщил[аи]?|сообща(?:ет|ют)|отметил[аи]?|предупредил[аи]?"
    r"|(?:поясни|заяви|повідоми|зазначи|сказа)(?:в|ла|ли)|повідомля(?:є|ють)|попереджа(?:є|ють)|прес-?служб\w+"
    r"|пресс-служб\w+)\b",
    re.IGNORECASE,
)
"""Whoever speaks of what somebody said is no wall."""


def _any_of(phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line.strip()})" for line in phrases.strip().splitlines()), re.IGNORECASE)


SHELLS = (
    Shell(
        re.compile(
            r"^\W*(?:redirecting|you are being redirected|weiterleitung|redirection en cours|перенаправлен\w+)"
            r"(?: to \S+| you)?[\s.…]*$",
            re.IGNORECASE,
        ),
        400,
        Outcome.UNREADABLE,
        "the page sends its readers on to another",
    ),
    Shell(
        re.compile(
            r"(?:enable|turn on|requires?|увімкн\w+|включит\w+|потр[іi]бн\w+|нужн\w+|необходим\w+)\W+(?:\w+\W+){0,4}?"
            r"java\s?script(?=\W*$|[.,;!)]|\s+(?:to|and|in|for|or|and|у|в|и|і|та|або|или|для)\b)"
            r"|^\W*(?:loading|завантаження|загрузка)[\s.…]*$",
            re.IGNORECASE,
        ),
        400,
        Outcome.UNREADABLE,
        "the page needs JavaScript to show its text",
    ),
    Shell(
        _any_of(r"""
            \bincapsula incident id
            \byour (?:request|ip|ip address|access)\b.{0,40} (?:has been|was|is) (?:temporarily )?(?:blocked|denied)
            \byou do not have (?:access|permission) to (?:this|access|view)
            \bmake sure (?:that )?you(?: are|.re) not a robot
            \bваш (?:запит|ip)\b.{0,30} (?:заблоковано|відхилено)
            \bваш (?:запрос|ip)\b.{0,30} (?:заблокирован|отклон[её]н)
            \bвведіть (?:код|символи) (?:із|з|на) (?:зображення|картинки|картинці)
            \bвведите (?:код|символы) (?:с|на) (?:картинки|изображения|картинке)
            \bpowered and protected by (?:akamai|imperva|perimeterx)
            \bqrator labs\b
            \bpress (?:&|and) hold to confirm you are
            \b(?:we are |we're )?(?:checking|verifying) (?:if )?your (?:browser|connection)\b
            \bverify(?:ing)? (?:that )?you(?: are|'re|’re) (?:a )?(?:human|not a robot)
            \bunusual traffic from your (?:computer )?network
            \b(?:please )?complete the (?:captcha|security check) to (?:continue|access|proceed)
            \bwordfence is a security plugin
            \bplease contact the administrator for additional information\b
            \bplease enable (?:js|cookies)\b
            \bперевіря(?:ємо|ється)(?: ваш браузер|,? чи ви людина)
            \bперевірка вашого (?:браузера|з.єднання)
            \bпроверя(?:ем|ется)(?: ваш браузер|,? человек ли вы)
            \bпроверка (?:безопасности )?вашего (?:браузера|соединения|подключения)
            \bпроверить безопасность вашего подключения
            \bзапросы с вашего устройства похожи на автоматические
            \b(?:підтвер(?:дьте|діть)|подтвердите),? (?:що|что) (?:ви|вы) (?:не робот|людина|человек)
            \bперевірка,? (?:що|чи) ви не робот
            \bпроверка,? что вы не робот
        """),
        600,
        Outcome.BLOCKED,
        "a check for robots stands in front of the page",
    ),
    Shell(
        _any_of(r"""
            \bnot available in your (?:region|country|location|area)\b
            \battempting to access this website from a country
            \bbanned the country or region your ip
            \bдоступ к (?:\w+ )?(?:ресурсу|сайту) (?:с территории вашей страны )?(?:ограничен|заблокирован)
            \bдоступ до (?:\w+ )?(?:ресурсу|сайту) (?:обмежено|заблоковано)
            \bсайт (?:недоступний|недоступен) (?:у|в) (?:вашому|вашем) регіоні?
            \bдоступ (?:з вашої країни|из вашей страны)\b
            \bдоступ[а-я]{1,2} (?:только|лише|тільки) с российских ip
            \bвозможно, вы используете vpn
            \bможливо, ви використовуєте vpn
        """),
        600,
        Outcome.BLOCKED,
        "the page is not shown in our country",
    ),
    Shell(
        _any_of(r"""
            ^\W*(?:this (?:web)?site|we(?: and our partners)?) uses? (?:\w+ )?cookie
            ^\W*(?:цей |этот )?сайт (?:використову\w+|использу\w+) (?:\w+ )?cookie
            ^\W*(?:ми|мы) (?:використовуємо|используем) (?:файл[иы] )?(?:cookie|куки)
            \bwe and our (?:\d+ )?partners (?:will (?:also )?)?store and/or access information on a device
            ^\W*(?:используя сайт,? вы соглашаетесь|користуючись сайтом,? ви погоджуєтес)
            \bchoose which cookies you allow
            ^\W*bitte stimmen sie zu\b
            \byou must be \d\d (?:years )?or older to view
        """),
        600,
        Outcome.BLOCKED,
        "a notice about cookies or a question to readers is all that was shown",
    ),
    Shell(
        _any_of(r"""
            ^\W*(?:already a subscriber|subscribe to (?:continue|keep) reading)
            \balready have an account\? (?:sign|log) in
            \byour session has expired
            ^\W*(?:увійдіть|войдите),? (?:щоб|чтобы)\b
            \bоберіть спосіб входу
            \bвыберите способ входа
            \bчтобы просматривать эту страницу, нужно зайти
        """),
        400,
        Outcome.BLOCKED,
        "a login or a consent form stands in front of the page",
    ),
    Shell(
        _any_of(r"""
            ^\W*(?:no healthy upstream|upstream connect error|error code: \d{3,4})\b
            ^\W*(?:internal server error|service unavailable|bad gateway)\W*(?:$|\n|\d)
            ^\W*(?:nosuchkey|nosuchbucket)\W*$
            ^\W*fatal error\W
            \bSQLSTATE\[\w+\]
            \bthe web server is not returning a connection
            \ban unexpected error occurred
            ^\W*(?:(?:вибачте|извините),? )?(?:сталася помилка|произошла ошибка)\b
            \bbriefly unavailable for scheduled maintenance
            \bthe website encountered an unexpected error
        """),
        400,
        Outcome.SERVER_ERROR,
        "the site says that it is out of order",
    ),
    Shell(
        _any_of(r"""
            ^\W*(?:access ?denied|forbidden|unauthorized)\W*$
        """),
        400,
        Outcome.BLOCKED,
        "the server refuses us",
    ),
    Shell(
        _any_of(r"""
            ^\W*(?:404 page not found|(?:404 )?not found)\W*$
            \bthe link you followed may be broken
            ^\W*this (?:page|post|content) is (?:temporarily )?(?:un|not )available
            ^\W*(?:сторінку|страница) (?:переміщено|видалено|перемещена|удалена)\b
            \b(?:за вашим запитом нічого не знайдено|по вашему запросу ничего не найдено)
            \bсторінка, яку ви шукаєте, (?:не існує|видалена)
            \bthe page you(?: are|.re) looking for (?:does not exist|has been (?:moved|removed))
            \bваш браузер (?:устарел|застарів)\b
            \bplease upgrade your browser\b
        """),
        400,
        Outcome.UNREADABLE,
        "what is shown is no statement: the page is missing, or asks for another browser",
    ),
)
