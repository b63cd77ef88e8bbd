"""How well a statement fits a question, as one number: the weights of its signals.

Of a statement with phrasings they are fitted by `python -m eval.fit_ranking`; of all others they were chosen on the
development questions.
"""

from __future__ import annotations

from collections.abc import Mapping

_WEIGHTS: Mapping[str, float] = {
    "dense": 0.50,
    "own": 0.24,
    "asked": 0.15,
    "cover": 0.38,
    "spoken": 0.21,
    "back": 0.09,
    "fused": 0.20,
    "unit": 0.13,
    "premise": 0.16,
    "agree": 0.15,
    "head": 0.07,
    "type": 0.11,
    "topical": 0.02,
    "bare": 0.27,
    "uncovered": -0.05,
    "label": -0.20,
    "figure": 0.30,
    "conflicts": -0.30,
    "restricted": -0.05,
    "caveat": -0.05,
    "guidance": -0.05,
    "cell": 0.40,
    "scoped": 0.15,
}

# Of a statement with phrasings, how near the question is to them says most. Fitted (softmax over the statements found)
# on phrasings that neither the index nor the tuned embedder had seen; see `eval/LOG.md`. Of a finding and a caveat that
# are as near, the finding is meant.
PHRASED_WEIGHTS: Mapping[str, float] = {
    "known_often": 0.865,
    "known": 0.269,
    "cover": 0.178,
    "fused": 0.126,
    "premise": 0.094,
    "dense": -0.074,
    "judged": 0.060,
    "guidance": 0.050,
    "spoken": -0.042,
    "many": 0.034,
    "unit": 0.028,
    "agree": 0.012,
    "type": 0.011,
    "back": -0.010,
    "caveat": -0.007,
    "own": -0.003,
    "conflicts": -0.150,
    "label": -0.200,
    "figure": 0.300,
    "cell": 0.300,
    "scoped": 0.100,
}
PHRASED_BASE = -0.561
# The same of what is asked in a chat, fitted on chats held out: the reading is mostly a phrasing of some statement, so
# its own words say little.
TALK_WEIGHTS: Mapping[str, float] = {
    "known_often": 0.845,
    "known": 0.351,
    "fused": 0.111,
    "type": 0.083,
    "cover": 0.051,
    "dense": -0.047,
    "judged": 0.031,
    "many": 0.031,
    "unit": 0.029,
    "guidance": 0.027,
    "spoken": 0.020,
    "own": -0.017,
    "premise": 0.011,
    "told": -0.009,
    "caveat": -0.004,
    "back": 0.003,
    "agree": -0.003,
    "conflicts": -0.150,
    "label": -0.200,
    "figure": 0.300,
    "cell": 0.300,
    "scoped": 0.100,
}
TALK_BASE = -0.531

# Of what the reader has read. Fitted on documents of made-up companies that it had not learnt (`eval.fit_own`).
READ_WEIGHTS: Mapping[str, float] = {
    "dense": 0.466,
    "read": 0.258,
    "premise": 0.248,
    "cover": 0.189,
    "so_far": -0.152,
    "back": -0.115,
    "cell": 0.107,
    "judged": 0.102,
    "spoken": -0.101,
    "unit": 0.096,
    "last": 0.095,
    "type": 0.055,
    "own": 0.036,
    "uncovered": -0.035,
    "agree": 0.031,
    "topical": 0.018,
    "fused": -0.018,
    "head": -0.016,
    "label": -0.200,
    "figure": 0.300,
    "scoped": 0.100,
}
READ_BASE = 0.166

# Rows and named documents are rare: a statement without them is not the worse for it.
_RARE = frozenset({"cell", "scoped", "figure"})
_BEST = sum(weight for name, weight in _WEIGHTS.items() if weight > 0 and name not in _RARE)


# In a chat over one's own documents: what fits all that was asked so far, of statements that fit the message alike.
_SO_FAR = 0.2


def score(features: Mapping[str, float]) -> float:
    """How well a statement fits, 0 to 1."""
    if features["known"] and features["taught"]:
        weights, base = (TALK_WEIGHTS, TALK_BASE) if features["talk"] else (PHRASED_WEIGHTS, PHRASED_BASE)
        told = base + sum(weight * features[name] for name, weight in weights.items())
    elif features["read"]:
        told = READ_BASE + sum(weight * features[name] for name, weight in READ_WEIGHTS.items())
    else:
        told = sum(weight * features[name] for name, weight in _WEIGHTS.items()) / _BEST + _SO_FAR * features["so_far"]
    return min(1.0, max(0.0, told))
