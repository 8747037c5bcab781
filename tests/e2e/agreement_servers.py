#!/usr/bin/env python3
"""Every expression of tests/kql/agreement, translated by us, asked of a real Elasticsearch and a real
OpenSearch that hold its documents: each must answer as cases.jsonl says, which is also what our own
evaluator must say (where cases.jsonl has `opensearch`, OpenSearch alone may answer otherwise).

    agreement_servers.py DNSIGHTD DNSIGHT KQL_ANSWERS AGREEMENT

Needs ELASTICSEARCH_TEST_URL and OPENSEARCH_TEST_URL."""
import json
import pathlib
import sys

from engines import Index, our_answers, server_urls, shortened

# Expressions for which each server agrees now.
AGREED_MIN = {"Elasticsearch": 2798, "OpenSearch": 2798}


def expected_answer(name, case):
    """Ids, or the kind of error."""
    answer = case.get("opensearch", case) if name == "OpenSearch" else case
    return sorted(answer["hits"]) if "hits" in answer else answer["error"]


def is_expected(expected, answer):
    if isinstance(expected, list) or isinstance(answer, list):
        return expected == answer
    return answer.startswith("refused: " if expected == "kql" else f"error: {expected}")


def agrees(case, expected, ours, server):
    """Whether a server answers as expected, and we as Elasticsearch does."""
    of_elasticsearch = expected_answer("Elasticsearch", case)
    ours_is_right = ours.answer == of_elasticsearch or (
        isinstance(ours.answer, str) and isinstance(of_elasticsearch, str))
    return ours_is_right and is_expected(expected, server)


def check(index, cases, answers):
    """How many answers of one server are the expected ones."""
    queries = [answer.query for answer in answers if answer.query is not None]
    from_server = iter(index.ask(queries))
    agreed = 0
    for case, ours in zip(cases, answers, strict=True):
        server = ours.answer if ours.query is None else next(from_server)
        expected = expected_answer(index.name, case)
        if agrees(case, expected, ours, server):
            agreed += 1
        else:
            print(f"{index.name}: {case['kql']}\n    expected {shortened(expected)}\n"
                  f"    server   {shortened(server)}\n    dnsight  {shortened(ours.answer)}")
    return agreed


def main():
    _, _, program, folder = sys.argv[1:]
    urls = server_urls()
    folder = pathlib.Path(folder)
    mapping = folder / "mapping.json"
    documents = folder / "documents.ndjson"
    cases = [json.loads(line) for line in (folder / "cases.jsonl").read_text("utf-8").splitlines()]
    answers = our_answers(program, mapping, documents, cases)
    failed = False
    for name, url in urls.items():
        with Index(name, url, json.loads(mapping.read_text("utf-8"))) as index:
            refused = index.load(documents.read_text("utf-8").splitlines())
            agreed = check(index, cases, answers)
        print(f"agreement with {name}: {agreed} of {len(cases)}, {len(refused)} documents refused")
        failed |= agreed < AGREED_MIN[name] or len(cases) < max(AGREED_MIN.values())
    sys.exit(failed)


if __name__ == "__main__":
    main()
