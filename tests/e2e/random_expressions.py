#!/usr/bin/env python3
"""Random expressions over random documents: our evaluator must select what a real Elasticsearch
selects with our translation, and refuse what it refuses.

    random_expressions.py DNSIGHTD DNSIGHT KQL_ANSWERS MAPPING [--count N] [--seed N]

Every 1,000 expressions get documents of their own. What differs is printed with its seed;
`--seed SEED --count 1000` asks the same again. Needs ELASTICSEARCH_TEST_URL."""
import argparse
import json
import pathlib
import re
import sys
import tempfile

from engines import Index, our_answers, server_urls, shortened, split_id
from random_kql import Corpus, Expressions

DOCUMENTS = 250
EXPRESSIONS_OF_A_SEED = 1000
SHOWN = 40  # differences


# A word with a wildcard that is too long for Lucene, which is not said where fields are lenient.
LONG_WILDCARD = re.compile(r"\*\S{400}|\S{400}\*")


def is_too_large(kql, server):
    """Whether Lucene's limit for automata was reached (long wildcard values and ends of ranges), or
    that of the server's memory, which other tests use as well. We have no such limits."""
    if LONG_WILDCARD.search(kql):
        return True
    return isinstance(server, str) and ("automaton" in server or "circuit_breaking_exception" in server)


def differs(ours, server):
    """Whether one refuses what the other answers, or the ids differ."""
    if isinstance(ours, str) or isinstance(server, str):
        return isinstance(ours, str) != isinstance(server, str)
    return ours != server


class Round:
    """One seed: an index with its documents, and its expressions."""

    def __init__(self, arguments, seed, folder):
        self.program = arguments.program
        self.mapping = arguments.mapping
        self.properties = json.loads(pathlib.Path(self.mapping).read_text("utf-8"))
        self.seed = seed
        self.corpus = Corpus(seed, self.properties["properties"], DOCUMENTS)
        self.path = pathlib.Path(folder) / "documents.ndjson"
        self.documents = {}

    def load(self, index):
        """Stores the documents; those that Elasticsearch refuses do not count."""
        refused = index.load(self.corpus.documents)
        self.documents = {split_id(line)[0]: line for line in self.corpus.documents
                          if split_id(line)[0] not in refused}
        self.path.write_text("".join(line + "\n" for line in self.documents.values()), "utf-8")

    def ask(self, index, questions):
        """Pairs of our answer and the server's; None where we do not ask it."""
        answers = our_answers(self.program, self.mapping, self.path, questions)
        from_server = iter(index.ask([a.query for a in answers if a.query is not None]))
        return [(a.answer, None if a.query is None else next(from_server)) for a in answers]

    def explain(self, index, number, question, answers, clauses):
        """Prints a difference, and which of its clauses alone differ."""
        ours, server = answers
        print(f"seed {self.seed}, expression {number}: {json.dumps(question, ensure_ascii=False)[:3000]}\n"
              f"    Elasticsearch {shortened(server)}\n    dnsight       {shortened(ours)}")
        if not isinstance(ours, str) and not isinstance(server, str):
            for name in sorted(set(ours) ^ set(server))[:2]:
                print(f"    {'only dnsight' if name in ours else 'not dnsight'}: {self.documents[name][:600]}")
        parts = [question | {"kql": clause} for clause in clauses]
        if len(parts) > 1:
            for part, (one, other) in zip(parts, self.ask(index, parts), strict=True):
                if other is not None and differs(one, other):
                    print(f"    this clause alone differs: {part['kql']}")

    def run(self, index, count, shown):
        """What came of the expressions, by kind."""
        questions = []
        clauses = []
        for number in range(count):
            expressions = Expressions(f"{self.seed}/{number}", self.corpus)
            questions.append(expressions.question())
            clauses.append(expressions.clauses)
        kinds = dict.fromkeys(("select", "select nothing", "bad values", "not sent",
                               "too large for the server", "different"), 0)
        for number, (ours, server) in enumerate(self.ask(index, questions)):
            if server is None:
                kinds["not sent"] += 1
            elif is_too_large(questions[number]["kql"], server):
                kinds["too large for the server"] += 1
            elif differs(ours, server):
                kinds["different"] += 1
                if kinds["different"] + shown <= SHOWN:
                    self.explain(index, number, questions[number], (ours, server), clauses[number])
            else:
                kinds["bad values" if isinstance(ours, str) else "select" if ours else "select nothing"] += 1
        return kinds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dnsightd")
    parser.add_argument("dnsight")
    parser.add_argument("program")
    parser.add_argument("mapping")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    url = server_urls(("Elasticsearch",))["Elasticsearch"]
    total = {}
    seed = arguments.seed
    for start in range(0, arguments.count, EXPRESSIONS_OF_A_SEED):
        with tempfile.TemporaryDirectory() as folder:
            one = Round(arguments, seed, folder)
            with Index("Elasticsearch", url, one.properties) as index:
                one.load(index)
                count = min(EXPRESSIONS_OF_A_SEED, arguments.count - start)
                kinds = one.run(index, count, total.get("different", 0))
            total = {kind: total.get(kind, 0) + number for kind, number in kinds.items()}
        seed += 1
    print(f"{sum(total.values())} random expressions, seeds {arguments.seed} to {seed - 1}: "
          + ", ".join(f"{number} {kind}" for kind, number in total.items()))
    sys.exit(total["different"] > 0)


if __name__ == "__main__":
    main()
