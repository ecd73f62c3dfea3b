"""Every table of the accuracy page in one visible list: its corpus file, how it is read, how it is measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from evaluation import alignment, answers, chains, corpora, operations, pairs, phrases, segmentation, speed, turns
from evaluation.corpora import Pair, Part
from evaluation.report import CorpusReport, Engine


@dataclass(frozen=True, slots=True)
class Run:
    """What is measured: the folder with the corpora, which half of each, and how many rows at most (None: all)."""

    folder: Path
    part: Part
    at_most: int | None = None

    def pairs(self, everything: tuple[Pair, ...]) -> tuple[Pair, ...]:
        """The chosen half, or an even sample of it."""
        chosen = corpora.choose(everything, self.part)
        return chosen if self.at_most is None else corpora.sample(chosen, self.at_most)


Measuring = Callable[[Run, Engine], CorpusReport]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: how it is measured, and the corpus file it needs (None: our own wording, always there)."""

    measure: Measuring
    corpus: str | None = None


def vitaminc(run: Run, engine: Engine) -> CorpusReport:
    """Factual edits of Wikipedia."""
    return pairs.factual_transitions(run.pairs(corpora.vitaminc(run.folder)), engine)


def summedits(run: Run, engine: Engine) -> CorpusReport:
    """Factual against wording, hard."""
    everything = corpora.summedits(run.folder)
    return pairs.factual_or_wording(run.pairs(everything), engine, corpora.choose(everything, Part.LOOKED_AT))


def arxivedits(run: Run, engine: Engine) -> CorpusReport:
    """Revised sentences of papers."""
    return pairs.ranked_revisions(
        run.pairs(corpora.arxivedits(run.folder)),
        engine,
        name="arxivedits",
        title="arXivEdits, revised sentences of papers (en)",
        positive="factual",
    )


def ua_gec(run: Run, engine: Engine) -> CorpusReport:
    """Ukrainian fixes."""
    title = "UA-GEC, spelling and grammar fixes (uk)"
    return pairs.false_alarms(run.pairs(corpora.ua_gec(run.folder)), engine, name="ua_gec", title=title)


def ru_spell(run: Run, engine: Engine) -> CorpusReport:
    """Russian fixes."""
    title = "RUSpellRU, spelling fixes (ru)"
    return pairs.false_alarms(run.pairs(corpora.ru_spell(run.folder)), engine, name="ru_spell", title=title)


def ua_laws(run: Run, engine: Engine) -> CorpusReport:
    """Ukrainian laws."""
    return pairs.law_paragraphs(run.pairs(corpora.ua_laws(run.folder)), engine)


def multimwa(run: Run, engine: Engine) -> CorpusReport:
    """Word alignment."""
    chosen = corpora.choose(corpora.multimwa(run.folder), run.part)
    return alignment.word_alignment(chosen if run.at_most is None else corpora.sample(chosen, run.at_most), engine)


def ota_pairs(run: Run, engine: Engine) -> CorpusReport:
    """Terms of service: changed by the publisher or by the collector."""
    small = run if run.at_most is None else replace(run, at_most=max(1, run.at_most // 10))
    return pairs.ranked_revisions(
        small.pairs(corpora.ota_pairs(run.folder)),
        engine,
        name="ota_pairs",
        title="Open Terms Archive, pairs of versions",
        positive="publisher_change",
        remarks=(
            "Changes by the collector's own tools differ in their text too: no analysis of texts can be perfect.",
        ),
    )


def edgi(run: Run, engine: Engine) -> CorpusReport:
    """Government pages, significant or not."""
    everything = tuple(
        replace(pair, before=visible_text(pair.before), after=visible_text(pair.after))
        for pair in corpora.edgi_pairs(run.folder)
    )
    return pairs.ranked_revisions(
        run.pairs(everything),
        engine,
        name="edgi",
        title="EDGI, government pages (en)",
        positive="significant",
        remarks=("So few pairs say nothing about accuracy; they are shown because they were asked for.",),
    )


def visible_text(html: str) -> str:
    """The text of a page without scripts and styles, one line for each block."""
    body = LexborHTMLParser(html).body
    if body is None:
        return ""
    body.strip_tags(["script", "style", "noscript"])
    lines = (" ".join(line.split()) for line in body.text(separator="\n").split("\n"))
    return "\n".join(line for line in lines if line)


def real_answers(run: Run, _: Engine) -> CorpusReport:
    """Refusals and soft ones."""
    return answers.real_answers(corpora.choose(corpora.fetch_quality(run.folder), run.part))


def chains_as_pages(run: Run, _: Engine) -> CorpusReport:
    """Good pages and stumps."""
    there = [name for name in CHAINS if corpora.corpus_path(run.folder, name).exists()]
    everything = tuple(chain for name in there for chain in corpora.chains(run.folder, name))
    chosen = corpora.choose(everything, run.part)
    if run.at_most is not None:
        chosen = tuple(replace(one, texts=one.texts[:12]) for one in corpora.sample(chosen, 12))
    return answers.chains_as_pages(chosen)


def flapping(run: Run, _: Engine) -> CorpusReport:
    """Returns told one by one, or as one."""
    chosen = corpora.choose(corpora.chains(run.folder, "ota_chains"), run.part)
    return turns.told_once(chosen if run.at_most is None else corpora.sample(chosen, 12))


def tool_caused(run: Run, engine: Engine) -> CorpusReport:
    """Changes by the collector's own tools, which would have alerted."""
    small = run if run.at_most is None else replace(run, at_most=max(1, run.at_most // 10))
    return turns.by_own_tools(small.pairs(corpora.ota_pairs(run.folder)), engine)


def chain_table(name: str, title: str, *, whole_chains: int = 4) -> Measuring:
    """How one corpus of chains is measured; a sample takes ``whole_chains`` chains of at most 12 versions."""

    def measure(run: Run, engine: Engine) -> CorpusReport:
        chosen = corpora.choose(corpora.chains(run.folder, f"{name}_chains"), run.part)
        if run.at_most is not None:
            chosen = tuple(replace(one, texts=one.texts[:12]) for one in corpora.sample(chosen, whole_chains))
        return chains.version_chains(chosen, engine, name=name, title=title)

    return measure


CHAINS = ("ota_chains", "github_site_policy_chains", "govuk_covid_chains", "fcdo_status_chains")

TABLES: Mapping[str, Table] = {
    "vitaminc": Table(vitaminc, "vitaminc_claim_transitions"),
    "summedits": Table(summedits, "summedits_pairs"),
    "arxivedits": Table(arxivedits, "arxivedits_pairs"),
    "ua_gec": Table(ua_gec, "ua_gec_cosmetic"),
    "ru_spell": Table(ru_spell, "ru_spell_cosmetic"),
    "ua_laws": Table(ua_laws, "ua_laws_paragraph_changes"),
    "multimwa": Table(multimwa, "multimwa_wiki_test"),
    "ota_pairs": Table(ota_pairs, "ota_pairs"),
    "edgi": Table(edgi, "edgi_labelled_pairs"),
    "fcdo_status": Table(
        chain_table("fcdo_status", "Chains: travel advice in one line (en)", whole_chains=40), "fcdo_status_chains"
    ),
    "govuk_covid": Table(chain_table("govuk_covid", "Chains: coronavirus pages of GOV.UK (en)"), "govuk_covid_chains"),
    "github_site_policy": Table(
        chain_table("github_site_policy", "Chains: policies of GitHub (en)"), "github_site_policy_chains"
    ),
    "ota": Table(chain_table("ota", "Chains: Open Terms Archive (mostly en and fr)"), "ota_chains"),
    "answers": Table(real_answers, "edgi_fetch_quality"),
    "pages": Table(chains_as_pages, "ota_chains"),
    "flapping": Table(flapping, "ota_chains"),
    "tools": Table(tool_caused, "ota_pairs"),
    "operations": Table(lambda run, engine: operations.known_operations(engine, run.part)),
    "segmentation": Table(lambda run, engine: segmentation.sentence_boundaries(engine, run.part)),
    "phrases": Table(lambda run, engine: phrases.pinned_phrases(engine, run.part)),
    "speed": Table(lambda _, engine: speed.whole_analysis(engine)),
}
"""By the name that ``--only`` and the floors use."""
