"""Controls that depend on the program: other data, another start, updates by chance."""

from __future__ import annotations

from site_tools.analysis.data_names import Data, made_from
from site_tools.analysis.syntax import parse_program
from site_tools.model.claim import Claim, Condition
from site_tools.model.post import Post


def further_conditions(post: Post, claim: Claim) -> list[Condition]:
    """Return the conditions of these runs for a claim; none where learning is switched by `set`.

    With mixed data, if there are any: the same must not be learned. From another start,
    if other data were made from what the claim lists before it learned anything: then it may be
    data itself, such as inputs that the program centres. With updates that go either way by
    chance: of use only if the goal is met with reversed ones.
    """
    if claim.constants:
        return []
    trees = parse_program(post.sources)
    found = claim.scattered
    data = Data(trees, claim.freeze, claim.tally, [claim.metric])
    if data.used or (data.measured and not data.draws):
        found += [claim.condition("mixed"), *claim.remixed]
    if claim.freeze and made_from(trees, claim.freeze, claim.metric):
        found.append(claim.condition("restart"))
    return found
