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
            (?:підтвер(?:дьте|діть)|подтвердите),? (?:що|что) (?:ви|вы) не робот
            (?:трохи )?зачекайте(?:,? будь ласка)?
            (?:пожалуйста,? )?подождите(?:,? пожалуйста)?
            один момент
            (?:виконується |йде )?перевірка(?: безпеки| (?:вашого )?браузера.{0,60})
            перевірка,? (?:що|чи) ви (?:не робот|людина)
            (?:выполняется |ид[её]т )?проверка(?: безопасности.{0,40}| (?:вашего )?браузера.{0,60})
            проверка,? (?:что|не робот ли) вы.{0,20}
            захист від (?:ботів|роботів)
            защита от (?:ботов|роботов)
            доступ до (?:\w+ ){1,2}(?:тимчасово )?(?:обмежено|заборонено|заблоковано)
            доступ к (?:\w+ ){1,2}(?:временно )?(?:ограничен|запрещ[её]н|заблокирован)
            доступ (?:заблоковано|заблокирован)
            забагато запитів
            (?:помилка |ошибка )?403(?: заборонено| доступ запрещ[её]н| forbidden)?
            обмежений доступ
            your request (?:has been|was) blocked
            слишком много запросов
            (?:ваш )?запрос (?:был )?отклон[её]н
            (?:ваш )?запит (?:було )?відхилено
            error (?:code:? )?10[0-3]\d
            access denied .{0,80}cloudflare.*
            challenge validation
            (?:access denied - )?sucuri web ?site firewall.*
            your access to this site has been limited.*
            (?:451[\s:-]+)?unavailable (?:due to|for) legal reasons
            (?:not |un)available in your (?:region|country|location|area)
            (?:this |the )?(?:content|page|site|service|video) is (?:not |un)available in your (?:region|country|area)
            ресурс (?:недоступний|недоступен)
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
            (?:sorry,? )?we can(?:.t|not) (?:seem to )?find (?:the|that|this) page.{0,40}
            nothing (?:was )?found
            (?:410[\s:-]+)?gone
            page unavailable
            sorry, this page isn.t available
            (?:сторінка|страница) (?:(?:находится )?в (?:розробці|разработке))
            (?:this |the )?(?:page|content|article|document|post) (?:has been|was) (?:removed|deleted)
            (?:this |the )?content (?:is )?no longer available
            (?:(?:на жаль|вибачте|упс|ой)[,!.]* )?сторінк[уаи] (?:не (?:знайден[оаі]|існує)|видален[оа])
            (?:цю|така|таку|ця) сторінк[уаи] (?:не (?:знайден[оаі]|існує)|видален[оа])
            (?:запитуван[уаої]+ |потрібну )?сторінк[уаи] (?:не (?:знайден[оаі]|існує)|відсутня|недоступна)
            такої сторінки (?:немає|не існує|не знайдено)
            (?:запитуван\w+ |цей |такий )?(?:матеріал|документ) (?:не (?:знайдено|знайдений|існує)|видален\w+)
            (?:запитуван\w+ |цю |ця )?(?:публікаці[юя]|новин[уа]|статт[юя]) (?:не (?:знайден[оа]|існує)|видален\w+)
            (?:(?:к сожалению|извините|упс|ой)[,!.]* )?страница (?:не (?:найдена|существует)|удалена|отсутствует)
            (?:запрашиваемая|такая|эта|данная) страница (?:не (?:найдена|существует)|удалена|отсутствует|недоступна)
            такой страницы (?:больше )?(?:нет|не существует)
            (?:запрашиваем\w+ |этот |данный )?(?:материал|документ) (?:не найден|удал[её]н|больше не существует)
            (?:запрашиваем\w+ |эта |данная )?(?:публикация|новость|статья) (?:не найдена|удалена|больше не существует)
            nie znaleziono strony
            strona nie istnieje
            (?:oops|sorry)[,!.]? (?:that|this|the) page (?:can.t be found|could not be found|was not found)
            welcome to nginx
            (?:apache2? .{1,30}default page|apache http server test page).*
            iis windows server
            (?:this )?domain (?:is |may be )?(?:for sale|parked|expired)
            [\w.-]+\.\w{2,} is for sale
            домен не прилинкован.*
            срок регистрации домена.*
            index of /.*
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
            site maintenance
            (?:error )?500
            something went wrong
            under construction
            coming soon
            (?:внутрішня |внутренняя )?(?:помилка|ошибка) сервера
            сервіс тимчасово недоступний
            сайт (?:оновлюється|обновляется|закрыт на обслуживание|закрито на обслуговування)
            briefly unavailable for scheduled maintenance.*
            the website encountered an unexpected error.*
            application error
            application error: a client-side exception.*
            server error in .{1,40} application
            (?:uncaught |php )?fatal error:? .*
            (?:.{1,60} \| )?52\d: .{1,60}
            web server is down.{0,30}
            we.ll be (?:right )?back(?: soon| shortly)?
        """),
        2_000,
        Outcome.SERVER_ERROR,
        "the site says that it is out of order",
    ),
    Sign(
        _titled(r"""
            (?:на сайті |на порталі )?(?:проводяться|ведуться|тривають) (?:(?:планові|технічні|профілактичні) )+роботи
            (?:проводяться|ведуться|тривають) (?:(?:планові|технічні|профілактичні) )+роботи на сайті
            (?:веб-?)?(?:сайт|портал|сервіс) (?:(?:тимчасово|зараз) )?(?:недоступний|не працює)
            (?:веб-?)?(?:сайт|портал) (?:знаходиться )?(?:на реконструкції|в розробці|на технічному обслуговуванні)
            (?:на сайте |на портале )?(?:проводятся|ведутся|идут) (?:(?:плановые|технические|профилактические) )+работы
            (?:проводятся|ведутся|идут) (?:(?:плановые|технические|профилактические) )+работы на сайте
            (?:веб-?)?(?:сайт|портал|сервис) (?:(?:временно|сейчас) )?(?:недоступен|не работает)
            (?:веб-?)?(?:сайт|портал) (?:находится )?(?:на реконструкции|в разработке|на техническом обслуживании)
            (?:веб-?)?сайт (?:временно )?заблокирован.{0,30}
        """),
        600,
        Outcome.SERVER_ERROR,
        "the site says that it is out of order",
    ),
    Sign(
        _titled(r"""
            (?:your |this )?browser (?:is )?not supported
            unsupported browser
        """),
        600,
        Outcome.UNREADABLE,
        "the page asks for another browser",
    ),
    Sign(
        _titled(r"""
            (?:please )?(?:log|sign) ?in(?: to (?:continue|your account))?
            login
            log in to (?:x|facebook|instagram|linkedin)(?: / x)?
            (?:увійти|вхід|войти|вход)
            before you continue(?: to \w+)?
            subscribe to (?:continue|keep) reading
            age verification
            zustimmung erforderlich
        """),
        1_500,
        Outcome.BLOCKED,
        "a login or a consent form stands in front of the page",
    ),
)

CHALLENGE_SCRIPTS = (
    "_cf_chl_opt",
    "cf-browser-verification",
    "_Incapsula_Resource?CWUDNSAI",
    "captcha-delivery.com",
    "px-captcha",
    "gokuProps",
    "errors.edgesuite.net",
    "sucuri_cloudproxy_js",
    "slowAES.decrypt",
    "sec-cpt-if",
    "bm-verify",
)
"""Names in the scripts of Cloudflare, Imperva, DataDome, PerimeterX, Amazon, Akamai, Sucuri and testcookie."""

INJECTED_SCRIPTS = ("/cdn-cgi/challenge-platform/h/", "_Incapsula_Resource", "awsWafCookieDomainList")
"""Names that the same networks put into honest pages too: they mean something only where hardly a word is beside."""

CAPTCHAS = ("g-recaptcha", "h-captcha", "smart-captcha", "cf-turnstile")
"""Widgets that stand on honest pages too, under a contact form."""
