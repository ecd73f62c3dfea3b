"""German: negation, doubt, numbers and notes of correction; what else depends on word order stays silent."""

from app.claims.lexicons.lexicon import CueKind, Lexicon, forms, spaced, valued

LEXICON = Lexicon(
    language="de",
    function_words=spaced(
        """
        der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus bei mit nach von vom
        vor zu zum zur für über unter um durch als wie dass ist sind war waren wird wurde wurden werden worden hat haben
        hatte sein seine seiner ihr ihre er sie es wir ich sich auch noch schon so dann da hier dort wenn weil
        """
    ),
    articles=spaced("der die das den dem des ein eine einen einem einer eines"),
    cues={
        CueKind.NEGATION: {"not": forms("nicht; kein{,e,en,em,er,es}; nie; niemals; niemand; nichts; ohne; weder")},
        CueKind.HEDGE: {
            "possible": forms("möglicherweise; vielleicht; eventuell"),
            "probable": forms("wahrscheinlich; vermutlich; voraussichtlich"),
            "alleged": forms("angeblich; mutmaßlich; offenbar"),
        },
        CueKind.APPROXIMATION: {
            "~": forms("etwa #; rund #; circa; ungefähr; zirka"),
            "<~": forms("fast; beinahe"),
            ">=": forms("mindestens; wenigstens"),
            "<=": forms("höchstens; maximal; bis zu"),
            ">": forms("mehr als; über #"),
            "<": forms("weniger als; unter #"),
        },
        CueKind.QUANTIFIER: {
            "all": forms("alle; allen; aller; sämtliche{,n}; jede{,r,n,s}"),
            "most": forms("die meisten; mehrheit"),
            "some": forms("einige{,n,r}; mehrere{,n,r}; manche{,n,r}"),
            "only": forms("nur; lediglich"),
        },
    },
    negative_prefixes=("un",),
    number_words=valued(
        {
            0: "null",
            1: "eins",
            2: "zwei",
            3: "drei",
            4: "vier",
            5: "fünf",
            6: "sechs",
            7: "sieben",
            8: "acht",
            9: "neun",
            10: "zehn",
            11: "elf",
            12: "zwölf",
            20: "zwanzig",
            30: "dreißig",
            40: "vierzig",
            50: "fünfzig",
            100: "hundert",
        }
    ),
    multipliers=valued({10**3: "tausend", 10**6: "million{,en}; mio", 10**9: "milliarde{,n}; mrd"}),
    percent_words=spaced("prozent"),
    relative_days=valued({-1: "gestern", 0: "heute"}),
    before_year=spaced("seit bis jahr"),
    correction_notes=forms("aktualisierung; aktualisiert; korrektur; korrigiert; richtigstellung; berichtigung"),
    taken_back=forms("zurückgezogen; widerruf; zurückgenommen; aufgehoben; irrtümlich; berichtig"),
    never_final=spaced("bzw ca dr prof str nr abs art gem ggf inkl vgl st hl mr fr hr"),
    maybe_final=spaced("usw etc mio mrd z.b d.h u.a o.ä km std min sek"),
)
