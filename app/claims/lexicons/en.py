"""English: the words by which doubt, negation, attribution, numbers and dates are recognised."""

from app.claims.lexicons.lexicon import CueKind, Lexicon, forms, named, spaced, valued
from app.claims.lexicons.opposites_en import OPPOSITES

LEXICON = Lexicon(
    language="en",
    function_words=spaced("""
        a an the of in on at to and or for by with from as is are was were be been being has have had do does
        did that this these those it its his her their our your my he she they we you i which who whom what
        when where will would shall should can also then than there here into onto after before during between
        over under again just very so but if while s t me us them him myself himself herself itself themselves
        not both through about around am don doesn didn isn wasn won ll ve re d m o such too much more most up
        down out off because until since against above below own same other any regarding concerning prior via
        within upon among despite toward towards along across whether though although yet even ever else per
        thus hence therefore thereby accordingly consequently however nevertheless nonetheless moreover furthermore
        indeed namely besides whereas wherein whereby hereby herein thereof whose us
        """),
    variants={"an": "a"},
    articles=frozenset({"a", "an", "the"}),
    cues={
        CueKind.NEGATION: {
            "not": forms(
                "not; cannot; never; no longer; no; none; neither; nor; nobody; no one; nothing; nowhere;"
                "fail{s,ed} to; refus{e,es,ed} to"
            ),
            "without": forms("without"),
        },
        CueKind.HEDGE: {
            "may": forms("may; might; could"),
            "probable": forms("probably; likely; presumably"),
            "improbable": forms("unlikely; improbable"),
            "alleged": forms("reportedly; allegedly; alleged"),
            "possible": forms("possibly; perhaps; potentially; possible; potential; prospective"),
            "seems": forms("seem{,s,ed}; seem{s,ed} to; appear{s,ed}; appear{s,ed} to; apparently; seemingly"),
            "preliminary": forms("preliminary; preliminarily; according to preliminary *; tentatively; unconfirmed"),
            "expected": forms(
                "{is,are} {expected,anticipated,forecast,projected,predicted,planned,slated};"
                "{expected,anticipated,forecast,projected,predicted,planned,slated} to; anticipate{s,d};"
                "expect{s,ed}; predict{s,ed}; foresee{s,n}; forecast{s,ed}"
            ),
            "supposed": forms("{believed,thought,understood} to; suspected"),
        },
        CueKind.BOOSTER: {
            "certain": forms(
                "certainly; definitely; undoubtedly; clearly; unquestionably; indisputably; beyond doubt; for certain"
            ),
            "confirmed": forms("officially confirmed"),
        },
        CueKind.SPEECH: {
            "say": forms("sa{id,ys,y}; told; stat{ed,es}; not{ed,es}; add{ed,s}; remark{ed,s}"),
            "report": forms("report{ed,s}; announc{ed,es}"),
            "confirm": forms("confirm{ed,s}; acknowledg{ed,es}"),
            "claim": forms("claim{ed,s}; alleges; insist{ed,s}; assert{ed,s}"),
            "warn": forms("warn{ed,s}"),
            "believe": forms("believe{s,d}; think{,s}; estimate{s,d}"),
        },
        CueKind.CITING: {"according to": forms("according to; citing; as reported by; in the words of")},
        CueKind.APPROXIMATION: {
            "~": forms("about #; around #; approximately; approx; roughly; some #; an estimated; circa"),
            "<~": forms("nearly; almost"),
            ">=": forms("at least; no fewer than; no less than; not less than"),
            "<=": forms("up to; as many as; no more than; not more than; at most"),
            ">": forms("more than; over #"),
            "<": forms("less than; fewer than; under #"),
        },
        CueKind.QUANTIFIER: {
            "all": forms("all; every; each; any; entire"),
            "most": forms("most; majority of"),
            "many": forms("many"),
            "some": forms("several; some; few; a few"),
            "part": forms("part of; partially; partly"),
            "half": forms("half; half of"),
            "only": forms("only"),
            "fully": forms("entirely; fully; completely"),
        },
    },
    negation_endings=("n't",),
    negative_prefixes=("un", "in", "im", "ir", "il", "non", "non-", "dis"),
    opposites=OPPOSITES,
    number_words=valued(
        {
            0: "zero",
            1: "one",
            2: "two",
            3: "three",
            4: "four",
            5: "five",
            6: "six",
            7: "seven",
            8: "eight",
            9: "nine",
            10: "ten",
            11: "eleven",
            12: "twelve",
            13: "thirteen",
            14: "fourteen",
            15: "fifteen",
            16: "sixteen",
            17: "seventeen",
            18: "eighteen",
            19: "nineteen",
            20: "twenty",
            30: "thirty",
            40: "forty",
            50: "fifty",
            60: "sixty",
            70: "seventy",
            80: "eighty",
            90: "ninety",
        }
    ),
    joins_number_words=frozenset({"and"}),
    multipliers=valued(
        {
            100: "hundred",
            10**3: "thousand{,s}; k",
            10**6: "million{,s}; mln; m",
            10**9: "billion{,s}; bn",
            10**12: "trillion{,s}; trn",
        }
    ),
    ordinals=valued(
        {
            1: "first",
            2: "second",
            3: "third",
            4: "fourth",
            5: "fifth",
            6: "sixth",
            7: "seventh",
            8: "eighth",
            9: "ninth",
            10: "tenth",
            11: "eleventh",
            12: "twelfth",
            13: "thirteenth",
            14: "fourteenth",
            15: "fifteenth",
            16: "sixteenth",
            17: "seventeenth",
            18: "eighteenth",
            19: "nineteenth",
            20: "twentieth",
        }
    ),
    units=named(
        {
            "km": "km; kilomet{er,re}{,s}",
            "m": "met{er,re}{,s}",
            "cm": "cm; centimet{er,re}{,s}",
            "mm": "mm; millimet{er,re}{,s}",
            "kg": "kg; kilogram{,me}{,s}",
            "t": "ton{,s,ne,nes}",
            "mile": "mile{,s}; mi",
            "foot": "feet; foot; ft",
            "hour": "hour{,s}; hrs",
            "minute": "minute{,s}",
            "second": "seconds; sec",
            "day": "day{,s}",
            "week": "week{,s}",
            "month": "month{,s}",
            "year": "year{,s}",
            "$": "dollar{,s}; usd",
            "€": "euro{,s}; eur",
            "£": "pound{,s}; gbp",
            "₴": "hryvnia{,s}; uah",
            "₽": "r{,o}uble{,s}; rub",
            "ha": "hectare{,s}; ha",
        }
    ),
    percent_words=frozenset({"percent", "percents", "pct"}),
    weekdays=valued(
        {0: "monday", 1: "tuesday", 2: "wednesday", 3: "thursday", 4: "friday", 5: "saturday", 6: "sunday"}
    ),
    parts_of_time=valued(
        {
            0: "morning{,s}",
            1: "afternoon{,s}; midday",
            2: "evening{,s}",
            3: "night{,s}",
            10: "winter{,s}",
            11: "springtime",
            12: "summer{,s}",
            13: "autumn",
        }
    ),
    relative_days=valued({-1: "yesterday", 0: "today", 1: "tomorrow"}),
    clock_words={"midnight": "00:00", "noon": "12:00"},
    before_clock=spaced("at by until till from after before around about"),
    clock_hour_words=frozenset({"o'clock", "hours"}),
    clock_phrases={"half past": 30, "quarter past": 15, "quarter to": -15},
    hour_ordinals=valued(
        {
            1: "one",
            2: "two",
            3: "three",
            4: "four",
            5: "five",
            6: "six",
            7: "seven",
            8: "eight",
            9: "nine",
            10: "ten",
            11: "eleven",
            12: "twelve",
        }
    ),
    year_words=frozenset({"year"}),
    before_year=frozenset({"in", "since", "until", "by", "from"}),
    ambiguous_months=frozenset({"may", "march"}),
    correction_notes=forms("upd; update; updated; correction; corrected; clarification; editor's note"),
    taken_back=forms(
        "withdrawn; withdraws; withdrew; retract; rescind; revoked; repealed; superseded; "
        "published in error; issued in error; correction"
    ),
    never_final=spaced("""
        mr mrs ms dr prof gen lt col maj capt sgt cmdr adm brig rep sen gov pres no nos fig art sec vol p pp
        par para ch app ed eds vs st ft mt rev hon jan feb mar apr jun jul aug sep sept oct nov dec approx est
        ca cf al e.g i.e u.n u.k
        """),
    maybe_final=spaced("a.m p.m etc inc corp ltd co u.s d.c ph.d m.d jr sr mln bn dept"),
    sentence_starters=spaced("""
        The A An It He She They We I This That These Those In On At As But And However There For If When
        Earlier Later According No Our Its His Her
        """),
    month_before_day=True,
    decimal_point=True,
)
