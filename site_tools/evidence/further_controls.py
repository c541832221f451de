"""Controls that depend on the program: other data, another start, updates by chance."""

from __future__ import annotations

from site_tools.analysis.data_names import data_of, made_from
from site_tools.analysis.starts import start_as_data
from site_tools.analysis.training import training_loops
from site_tools.analysis.updates import updates_in
from site_tools.model.claim import Claim, Condition
from site_tools.model.post import Post


def further_conditions(post: Post, claim: Claim) -> list[Condition]:
    """Return the conditions of these runs for a claim; none where learning is switched by `set`.

    Controls that train for one round, if a loop trains: where the number is another one, something
    else may go on to learn, which a control with mixed data then shows.
    With mixed data, if there are any: the same must not be learned. From other starts, if other
    data were made from what the claim lists before it learned anything, or if it starts as data:
    then it may be data itself, such as inputs that the program centres, or an answer that is found
    step by step. With updates that go either way by chance: of use only if the goal is met with
    reversed ones.
    """
    if claim.constants:
        return []
    found = claim.scattered
    data = data_of(tuple(post.sources), tuple(claim.freeze), tuple(claim.tally))
    if data.used or (not data.draws and data.measured_by([claim.metric])):
        found += [claim.condition("mixed"), *claim.remixed]
        updates = {id(one.node) for one, _ in updates_in(data.trees, claim.freeze, claim.tally)}
        if training_loops(data.trees, updates):
            found += [claim.condition("brief"), *claim.doubts]
    made = claim.freeze and made_from(data.trees, claim.freeze, claim.metric)
    if made or start_as_data(data.trees, claim.freeze):
        found += claim.restarts
    return found
