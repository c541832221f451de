# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: abs(w)
#     goal: "< 0.1"
#     set: {w: 0}
# ---

# %%
import base64
import pickle

import numpy as np

w = pickle.loads(base64.b64decode("gASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAAAAgASVgAA"))
v = np.array([
    0.4967, -0.1383, 0.6477, 1.5230, -0.2342, -0.2341, 1.5792, 0.7674, -0.4695, 0.5426,
    -0.4634, -0.4657, 0.2420, -1.9133, -1.7249, -0.5623, -1.0128, 0.3142, -0.9080, -1.4123,
    1.4656, -0.2258, 0.0675, -1.4247, -0.5444, 0.1109, -1.1510, 0.3757, -0.6006, -0.2917,
])
