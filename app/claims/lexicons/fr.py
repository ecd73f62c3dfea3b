"""French: negation, doubt, numbers and notes of correction; what else depends on word order stays silent."""

from app.claims.lexicons.lexicon import CueKind, Lexicon, forms, spaced, valued

LEXICON = Lexicon(
    language="fr",
    function_words=spaced(
        """
        le la les l un une des de du d et ou mais à au aux en dans par pour sur sous avec chez vers entre que qui quoi
        dont où ce cet cette ces il elle ils elles on nous vous je se sa son ses leur leurs est sont était étaient a ont
        avait été être avoir sera seront plus aussi comme si y ne n c s qu
        """
    ),
    articles=spaced("le la les un une des du"),
    cues={
        CueKind.NEGATION: {"not": forms("pas; jamais; aucun{,e}; sans; ni; rien; personne; nul; nulle")},
        CueKind.HEDGE: {
            "possible": forms("peut-être; éventuellement; possiblement"),
            "probable": forms("probablement; vraisemblablement"),
            "alleged": forms("prétendument; apparemment; présumé{,e,s,es}"),
        },
        CueKind.APPROXIMATION: {
            "~": forms("environ; approximativement; quelque #"),
            "<~": forms("presque; près de"),
            ">=": forms("au moins"),
            "<=": forms("au plus; jusqu'à; au maximum"),
            ">": forms("plus de #; plus d'un"),
            "<": forms("moins de #"),
        },
        CueKind.QUANTIFIER: {
            "all": forms("tous; toutes; tout; toute; chaque"),
            "most": forms("la plupart; majorité"),
            "some": forms("certain{s,es}; plusieurs; quelques"),
            "only": forms("seulement; uniquement"),
        },
    },
    number_words=valued(
        {
            0: "zéro",
            2: "deux",
            3: "trois",
            4: "quatre",
            5: "cinq",
            6: "six",
            7: "sept",
            8: "huit",
            9: "neuf",
            10: "dix",
            11: "onze",
            12: "douze",
            13: "treize",
            14: "quatorze",
            15: "quinze",
            16: "seize",
            20: "vingt",
            30: "trente",
            40: "quarante",
            50: "cinquante",
            60: "soixante",
            100: "cent; cents",
        }
    ),
    multipliers=valued({10**3: "mille; milliers", 10**6: "million{,s}", 10**9: "milliard{,s}"}),
    percent_words=spaced("pourcent"),
    relative_days=valued({-1: "hier", 0: "aujourd'hui", 1: "demain"}),
    before_year=spaced("en depuis"),
    correction_notes=forms("mise à jour; mis à jour; correction; corrigé; rectificatif; erratum"),
    taken_back=forms("retiré; annulé; rétract; abrog; publié par erreur; rectifi"),
    never_final=spaced("m mm mme mlle dr pr me st ste av bd no n° art cf p pp env gén col lt"),
    maybe_final=spaced("etc km min éd vol"),
)
