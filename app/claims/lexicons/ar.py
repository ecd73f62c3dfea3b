"""Arabic: negation, doubt and numbers as separate words; what is written together with its word stays silent."""

from app.claims.lexicons.lexicon import CueKind, Lexicon, forms, spaced, valued

LEXICON = Lexicon(
    language="ar",
    function_words=spaced(
        """
        في من إلى على عن مع هذا هذه ذلك تلك التي الذي الذين أن إن كان كانت قد لقد ثم أو و بين بعد قبل عند حتى كما هو هي
        هم كل ما
        """
    ),
    cues={
        CueKind.NEGATION: {"not": forms("لا; لم; لن; ليس; ليست; غير; بدون; دون; عدم; لما")},
        CueKind.HEDGE: {
            "possible": forms("ربما; لعل"),
            "probable": forms("المحتمل; المرجح"),
            "alleged": forms("زعم; يزعم; مزعوم; المزعوم; المزعومة"),
        },
        CueKind.APPROXIMATION: {
            "~": forms("نحو #; حوالي; تقريبا; تقريباً; قرابة"),
            ">=": forms("على الأقل"),
            "<=": forms("على الأكثر"),
            ">": forms("أكثر من"),
            "<": forms("أقل من"),
        },
        CueKind.QUANTIFIER: {
            "all": forms("جميع; كافة"),
            "most": forms("معظم; غالبية; أغلب"),
            "some": forms("بعض; عدة"),
            "only": forms("فقط"),
        },
    },
    number_words=valued(
        {
            2: "اثنان; اثنين",
            3: "ثلاثة; ثلاث",
            4: "أربعة; أربع",
            5: "خمسة; خمس",
            6: "ستة; ست",
            7: "سبعة; سبع",
            8: "ثمانية; ثماني",
            9: "تسعة; تسع",
            10: "عشرة; عشر",
            20: "عشرون; عشرين",
            30: "ثلاثون; ثلاثين",
            100: "مئة; مائة",
        }
    ),
    multipliers=valued({10**3: "ألف; آلاف", 10**6: "مليون; ملايين", 10**9: "مليار; مليارات"}),
    relative_days=valued({-1: "أمس", 0: "اليوم", 1: "غدا; غداً"}),
    before_year=spaced("عام سنة منذ"),
    correction_notes=forms("تحديث; تصحيح; تصويب; توضيح"),
    taken_back=forms("سحب; إلغاء; ألغي; تراجع; تصحيح"),
)
