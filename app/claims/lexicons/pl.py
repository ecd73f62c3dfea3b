"""Polish: negation, doubt, attribution, numbers and notes of correction."""

from app.claims.lexicons.lexicon import CueKind, Lexicon, forms, spaced, valued

LEXICON = Lexicon(
    language="pl",
    function_words=spaced(
        """
        i a oraz lub albo ale w we na z ze do od po za o przez dla przy pod nad między że który która które którzy
        których którym jak to ten ta te tego tej tych tym on ona ono oni ich jego jej się jest są był była było byli
        będzie będą być także też już jeszcze więc gdy gdzie kiedy aby by co kto
        """
    ),
    cues={
        CueKind.NEGATION: {"not": forms("nie; ani; bez; nigdy; nikt; nikogo; nic; niczego; żad*; brak")},
        CueKind.HEDGE: {
            "may": forms("może; mogą; mógł; mogł{a,o,y}"),
            "possible": forms("możliwe; być może; ewentualnie"),
            "probable": forms("prawdopodobnie; zapewne; przypuszczalnie"),
            "alleged": forms("rzekomo; podobno; rzekom*"),
        },
        CueKind.SPEECH: {
            "say": forms("powiedzia{ł,ła,li}; doda{ł,ła,li}; zaznaczy{ł,ła,li}"),
            "report": forms("poinformowa{ł,ła,li,ło}; oświadczy{ł,ła,li,ło}; poda{ł,ła,li,ło}"),
            "confirm": forms("potwierdzi{ł,ła,li,ło}"),
        },
        CueKind.CITING: {"according to": forms("według; zdaniem; zgodnie z; jak poda*")},
        CueKind.APPROXIMATION: {
            "~": forms("około; mniej więcej; ok #"),
            "<~": forms("prawie; niemal"),
            ">=": forms("co najmniej; przynajmniej"),
            "<=": forms("do #; najwyżej; maksymalnie"),
            ">": forms("ponad; więcej niż"),
            "<": forms("mniej niż; poniżej"),
        },
        CueKind.QUANTIFIER: {
            "all": forms("wszys*; cał{y,a,e,ego,ej}; każd{y,a,e,ego,ej}"),
            "most": forms("większoś{ć,ci,cią}"),
            "some": forms("kilk{a,u}; niektór*"),
            "only": forms("tylko; jedynie"),
        },
    },
    negative_prefixes=("nie", "bez"),
    number_words=valued(
        {
            0: "zero",
            2: "dwa; dwie; dwóch; dwaj",
            3: "trzy; trzech; trzej",
            4: "cztery; czterech",
            5: "pięć; pięciu",
            6: "sześć; sześciu",
            7: "siedem; siedmiu",
            8: "osiem; ośmiu",
            9: "dziewięć; dziewięciu",
            10: "dziesięć; dziesięciu",
            11: "jedenaście; jedenastu",
            12: "dwanaście; dwunastu",
            20: "dwadzieścia; dwudziestu",
            30: "trzydzieści; trzydziestu",
            100: "sto; stu",
        }
    ),
    multipliers=valued(
        {10**3: "tys; tysiąc{,e,a,ami}; tysięcy", 10**6: "mln; milion{,y,a,ów}", 10**9: "mld; miliard{,y,a,ów}"}
    ),
    percent_words=frozenset(forms("procent{,a,y,ów}; proc")),
    relative_days=valued({-1: "wczoraj", 0: "dziś; dzisiaj", 1: "jutro"}),
    year_words=spaced("r rok roku"),
    before_year=spaced("w od do"),
    correction_notes=forms("aktualizacja; zaktualizowano; sprostowanie; korekta; poprawka"),
    taken_back=forms("wycofan; odwołan; anulowan; unieważn; omyłk; sprostowan"),
    never_final=spaced("ul al pl im św gen płk ppłk mjr kpt por dr prof inż mgr nr pkt ust art poz woj pow gm ok ks"),
    maybe_final=spaced("r w tys mln mld zł gr godz min sek itd itp m.in np tzn tj"),
)
