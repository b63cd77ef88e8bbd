"""How much is done at once, and how much is read."""

AT_ONCE = 4
WAITING_MAX = 32
HISTORY_MAX_TURNS = 100
BODY_MAX_BYTES = 64 * 1024
BODY_WAIT_S = 15.0
