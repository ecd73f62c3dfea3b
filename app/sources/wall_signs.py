"""The words by which pages that are not the page introduce themselves: "Just a moment", "Page not found", "Log in".

Each phrase is a whole title or first heading (a site's name after a dash or bar may follow), so that a statement headed
"Access denied to inspectors" is not taken for a refusal. Add to these lists what is met; each line is a regular
expression, matched without regard to case.
"""

import re
from typing import NamedTuple

from app.domain.observations import Outcome


class Sign(NamedTuple):
    """``pattern`` is the title or first heading of a page of fewer than ``below`` seen characters."""

    pattern: re.Pattern[str]
    below: int
    outcome: Outcome
    detail: str


def _titled(phrases: str) -> re.Pattern[str]:
    alternatives = "|".join(f"(?:{line.strip()})" for line in phrases.strip().splitlines())
    return re.compile(rf"^\W*(?:{alternatives})[\s.…!?]*(?:$|[|–—·]|\s-\s)", re.IGNORECASE)


TITLES = (
    Sign(
        _titled(r"""
            just a moment
            one moment,? please
            please wait
            un (?:instant|momento)(?:,? (?:s.il vous pla[îi]t|por favor))?
            einen moment(?: bitte)?
            nur einen moment
            chwileczk[ęe]
            attention required!?
            (?:error )?403
            (?:error )?(?:403[\s:-]+)?(?:forbidden|access (?:is |was )?denied)
            access to this page has been denied
            (?:human|robot|bot|browser|security|identity) (?:check|verification)
            verify(?:ing)? (?:that )?you(?: are|'re) (?:a )?human
            are you (?:a robot|human)
            checking your browser.*
            robot check
            captcha
            client challenge
            (?:radware )?bot (?:manager|detection|protection)(?: captcha)?
            vercel security checkpoint
            making sure you(?:.re| are) not a bot
            (?:sorry,? )?you have been blocked
            web ?page blocked
            (?:the )?(?:requested )?url (?:was )?rejected
            error: the request could not be satisfied
            (?:error )?401(?:[\s:-]+unauthorized)?
            unauthorized
            acc[èe]s (?:refus[ée]|interdit)
            zugriff verweigert
            acceso denegado
            dost[ęe]p zabroniony
            odmowa dost[ęe]pu
            ddos-guard
            request (?:rejected|blocked)
            pardon our interruption
            (?:error )?(?:429[\s:-]+)?too many requests
            перевірка браузера
            проверка браузера
            доступ (?:обмежено|заборонено|ограничен|запрещ[её]н)
            (?:ви|вы) не робот
            (?:підтвердьте|подтвердите),? (?:що|что) (?:ви|вы) не робот
        """),
        3_000,
        Outcome.BLOCKED,
        "a check for robots stands in front of the page",
    ),
    Sign(
        _titled(r"""
            (?:error|помилка|ошибка)?\s*404
            (?:error|помилка|ошибка)?\s*404[\s:!,.–—|-]+(?:error|not found|page not found|file or directory not found)
            (?:error|помилка|ошибка)?\s*404[\s:!,.–—|-]+(?:сторінку не знайдено|страница не найдена)
            (?:page|document|file|article|content) (?:was |is |could |can)?\s*not (?:be )?found
            not found
            (?:the |this )?page (?:you .{1,40} )?(?:no longer exists|does(?: not|n.t) exist)
            (?:the |this )?page (?:you .{1,40} )?is (?:no longer|not) available
            (?:вибачте,? )?(?:цю |такої )?сторінк[уаи] не (?:знайдено|існує)
            (?:извините,? )?страниц[аы] не (?:найдена|существует|найдено)
            seite (?:wurde )?nicht gefunden
            (?:erreur )?(?:404[\s:-]+)?page (?:non trouv[ée]e|introuvable)
            cette page n.existe (?:pas|plus)
            p[áa]gina no encontrada
            (?:la )?p[áa]gina no existe
            diese seite existiert nicht(?: mehr)?
            nie znaleziono strony
            strona nie istnieje
            (?:oops|sorry)[,!.]? (?:that|this|the) page (?:can.t be found|could not be found|was not found)
            welcome to nginx
            (?:apache2? .{1,30}default page|apache http server test page).*
            iis windows server
            (?:this )?domain (?:is )?(?:for sale|parked|expired)
        """),
        8_000,
        Outcome.UNREADABLE,
        "the page says “not found” but answers 200",
    ),
    Sign(
        _titled(r"""
            (?:site |website )?(?:is )?(?:down for |under )?(?:scheduled )?maintenance(?: mode)?
            (?:error )?(?:50[0234][\s:-]+)?(?:internal server error|bad gateway|gateway time-?out)
            (?:error )?(?:503[\s:-]+)?service (?:temporarily )?unavailable
            error establishing a database connection
            account suspended
            технічні роботи
            технические работы
        """),
        2_000,
        Outcome.SERVER_ERROR,
        "the site says that it is out of order",
    ),
    Sign(
        _titled(r"""
            (?:please )?(?:log|sign) ?in(?: to (?:continue|your account))?
            login
            (?:увійти|вхід|войти|вход)
            before you continue
        """),
        1_500,
        Outcome.BLOCKED,
        "a login or a consent form stands in front of the page",
    ),
)

CHALLENGE_SCRIPTS = (
    "_cf_chl_opt",
    "cf-browser-verification",
    "/cdn-cgi/challenge-platform/h/",
    "_Incapsula_Resource",
    "captcha-delivery.com",
    "px-captcha",
    "gokuProps",
    "awsWafCookieDomainList",
    "errors.edgesuite.net",
    "sucuri_cloudproxy_js",
    "slowAES.decrypt",
    "sec-cpt-if",
    "bm-verify",
)
"""Names in the scripts of Cloudflare, Imperva, DataDome, PerimeterX, Amazon, Akamai, Sucuri and testcookie."""

CAPTCHAS = ("g-recaptcha", "h-captcha", "smart-captcha", "cf-turnstile")
"""Widgets that stand on honest pages too, under a contact form."""

SHELLS = (
    (
        re.compile(
            r"^\W*(?:redirecting|you are being redirected|weiterleitung|redirection en cours|перенаправлен\w+)"
            r"(?: to \S+| you)?[\s.…]*$",
            re.IGNORECASE,
        ),
        Outcome.UNREADABLE,
        "the page sends its readers on to another",
    ),
    (
        re.compile(
            r"(?:enable|turn on|requires?|увімкн\w+|включит\w+|потр[іi]б\w+)\W+(?:\w+\W+){0,4}?java\s?script",
            re.IGNORECASE,
        ),
        Outcome.UNREADABLE,
        "the page needs JavaScript to show its text",
    ),
    (
        re.compile(
            r"^\W*(?:(?:this (?:web)?site|we(?: and our partners)?) uses?"
            r"|(?:цей |этот )?сайт (?:використову|использу)\w+) (?:\w+ )?cookie",
            re.IGNORECASE,
        ),
        Outcome.BLOCKED,
        "a notice about cookies is all that was shown",
    ),
)
"""Texts that are all that is left of a page when a program asks for it."""
