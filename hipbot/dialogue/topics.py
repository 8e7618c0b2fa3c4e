"""Topic ids of the conversation contract, in the groups that the dialogue treats alike."""

from __future__ import annotations

SMALL_TALK = frozenset({"greet", "goodbye", "thanks", "bot_challenge", "capabilities", "affirm", "deny"})
CLINIC = frozenset({"book_appointment", "clinic_info", "talk_to_human"})
OUT_OF_SCOPE = frozenset({"out_of_scope", "health_out_of_scope"})
SYMPTOMS = frozenset({"persistent_symptoms", "radiating_pain", "pain_during_exercise"})
URGENT = frozenset({"urgent_care", "crisis"})

# Questions that are about one exercise where the talk is about one.
ABOUT_ONE_EXERCISE = frozenset(
    {
        "how_often",
        "how_long_to_hold",
        "when_to_stretch",
        "common_mistakes",
        "safe_with_back_pain",
        "pain_during_exercise",
        "exercise_howto",
    }
)
# Topics whose answer puts an exercise into the patient's hands.
GIVES_EXERCISE = frozenset({"exercise_howto", "exercise_list", "movement_variety"})

# What is answered even while a red flag waits to be dealt with: the clinic, courtesies, help itself.
ALWAYS_ANSWERED = CLINIC | URGENT | frozenset({"greet", "thanks", "goodbye", "bot_challenge", "out_of_scope"})

# Short things said in the middle of a conversation; data/nlu.yml teaches their wordings.
STEP_MOVES = {
    "step_next": "next",
    "step_back": "back",
    "step_repeat": "repeat",
    "steps_left": "left",
    "step_stop": "stop",
    "step_restart": "restart",
}
LEANING = frozenset({"another_one", "correction", "ask_why"}) | frozenset(STEP_MOVES)

# Where a message asks two things: which comes first. What is not named comes last, as said.
IMPORTANCE = (
    "crisis",
    "urgent_care",
    "radiating_pain",
    "persistent_symptoms",
    "pain_during_exercise",
    "safe_with_back_pain",
    "health_out_of_scope",
)
LAST = len(IMPORTANCE)  # the rank of all others
CARE_LEVELS = ("emergency", "same_day", "gp_soon", "book")  # most urgent first


def importance(topic: str) -> int:
    """Rank of a topic among several: the smaller, the earlier."""
    return IMPORTANCE.index(topic) if topic in IMPORTANCE else LAST
