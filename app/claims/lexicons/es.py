"""Spanish: negation, doubt, numbers and notes of correction; what else depends on word order stays silent."""

from app.claims.lexicons.lexicon import CueKind, Lexicon, forms, spaced, valued

LEXICON = Lexicon(
    language="es",
    function_words=spaced(
        """
        el la los las lo un una unos unas de del y e o u pero en a al por para con sin sobre entre hasta desde que quien
        cual cuyo donde este esta estos estas ese esa esos esas se su sus le les nos es son era eran fue fueron ha han
        había ser estar está están como si más también ya
        """
    ),
    articles=spaced("el la los las un una unos unas"),
    cues={
        CueKind.NEGATION: {"not": forms("no; nunca; jamás; ningún; ningun{o,a}; nadie; nada; sin; ni; tampoco")},
        CueKind.HEDGE: {
            "possible": forms("posiblemente; quizá{,s}; tal vez; acaso"),
            "probable": forms("probablemente; seguramente"),
            "alleged": forms("supuestamente; presuntamente; presunt{o,a,os,as}; aparentemente"),
        },
        CueKind.APPROXIMATION: {
            "~": forms("aproximadamente; alrededor de; cerca de"),
            "<~": forms("casi"),
            ">=": forms("al menos; por lo menos; como mínimo"),
            "<=": forms("como máximo; hasta #"),
            ">": forms("más de #"),
            "<": forms("menos de #"),
        },
        CueKind.QUANTIFIER: {
            "all": forms("todos; todas; todo; toda; cada"),
            "most": forms("la mayoría; la mayor parte"),
            "some": forms("algun{os,as}; varios; varias"),
            "only": forms("solo; sólo; solamente; únicamente"),
        },
    },
    number_words=valued(
        {
            0: "cero",
            2: "dos",
            3: "tres",
            4: "cuatro",
            5: "cinco",
            6: "seis",
            7: "siete",
            8: "ocho",
            9: "nueve",
            10: "diez",
            11: "once",
            12: "doce",
            13: "trece",
            14: "catorce",
            15: "quince",
            20: "veinte",
            30: "treinta",
            40: "cuarenta",
            50: "cincuenta",
            60: "sesenta",
            70: "setenta",
            80: "ochenta",
            90: "noventa",
            100: "cien",
        }
    ),
    multipliers=valued({10**3: "mil; miles", 10**6: "millón; millones"}),
    relative_days=valued({-1: "ayer", 0: "hoy"}),
    before_year=spaced("en desde"),
    correction_notes=forms("actualización; actualizado; corrección; corregido; rectificación; fe de errores"),
    taken_back=forms("retirad; anulad; revocad; derogad; por error; rectific"),
    never_final=spaced("sr sra srta dr dra prof gral cnel av núm no art pág págs vol aprox lic ing"),
    maybe_final=spaced("etc km ee.uu u.s ud uds"),
)
