from evaluation import corpora
from evaluation.corpora import Halves, Part

CLAIM = {
    "page": "Bridge",
    "evidence_1": "It is 40 m long.",
    "evidence_2": "It is 90 m long.",
    "label_1": "SUPPORTS",
    "label_2": "REFUTES",
}


def test_every_second_document_is_held_out_whatever_the_order_of_its_rows():
    halves = Halves()
    assert [halves.held_out(name) for name in ("a", "b", "a", "c", "b", "d")] == [False, True, False, False, True, True]


def test_rows_of_one_document_fall_on_one_side(write_corpus):
    rows = [{"doc_id": name, "lang": "uk", "old": "один", "new": "один."} for name in "aabbc"]
    folder = write_corpus("ua_gec_cosmetic", rows)
    held_out = corpora.choose(corpora.ua_gec(folder), Part.HELD_OUT)
    looked_at = corpora.choose(corpora.ua_gec(folder), Part.LOOKED_AT)
    assert [pair.document for pair in held_out] == ["b", "b"]
    assert [pair.document for pair in looked_at] == ["a", "a", "c"]


def test_only_edits_that_change_the_verdict_on_the_claim_count_as_factual(write_corpus):
    folder = write_corpus("vitaminc_claim_transitions", [CLAIM, CLAIM | {"label_2": "SUPPORTS"}])
    (pair,) = corpora.vitaminc(folder)
    assert (pair.before, pair.after, pair.label) == ("It is 40 m long.", "It is 90 m long.", "SUPPORTS > REFUTES")


def test_a_chain_is_in_order_of_its_versions_and_needs_two(write_corpus):
    rows = [
        {"source": "s", "doc_id": "page", "version": 2, "text": "second", "lang": "fr"},
        {"source": "s", "doc_id": "page", "version": 1, "text": "first", "lang": "fr"},
        {"source": "s", "doc_id": "single", "version": 1, "text": "alone", "lang": "fr"},
    ]
    (chain,) = corpora.chains(write_corpus("ota_chains", rows), "ota_chains")
    assert (chain.texts, chain.language, chain.held_out) == (("first", "second"), "fr", False)


def test_a_sample_is_even_and_never_larger_than_what_there_is(write_corpus):
    rows = [{"doc_id": str(number), "old": "a", "new": "b", "lang": "ru"} for number in range(10)]
    pairs = corpora.ru_spell(write_corpus("ru_spell_cosmetic", rows))
    assert [pair.document for pair in corpora.sample(pairs, 3)] == ["0", "3", "6"]
    assert corpora.sample(pairs, 99) == pairs


def test_alignments_become_links(write_corpus):
    row = {"doc_id": "0:0", "old": "a b", "new": "b a", "word_alignment_1_2": [[0, 1], [1, 0]]}
    (pair,) = corpora.multimwa(write_corpus("multimwa_wiki_test", [row]))
    assert pair.links == {(0, 1), (1, 0)}
