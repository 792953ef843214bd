"""The factual accuracy check: one round of issue and answer with one force, from the frozen copy to the last decision.

Every verb locks the round first, then its point, then the finding, and checks the state against the tables of `states`,
which docs/workflow.md prints. A force's silence never blocks: `record_no_response` ends the wait.

Its verbs, for whoever calls them from outside: `issuing` sends, `answering` is the force's, `deciding` and `closing`
are the inspectorate's.
"""
